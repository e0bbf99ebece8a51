extension Exit {
  /// The head of MSDNet and RANet: two convolutions that halve the image and have `width` channels,
  /// then a dense layer on what is averaged by twos.
  ///
  /// Huang et al., arXiv:1703.09844, section 4; Yang et al., arXiv:2003.07326, section 3.
  init(shrinking name: String, width: Int, classes: Int) {
    self.init(name) {
      for _ in 0..<2 {
        Conv(width, kernel: 3, stride: 2, bias: false); BatchNorm(); ReLU()
      }
      AveragePool(2)
      Flatten()
      Dense(classes)
    }
  }
}
