public import Tensors

extension Network {
  /// CIFAR's ResNet-20: a 3×3 convolution, then three stages of three residual blocks.
  ///
  /// 40.8 million multiply-adds and 272,474 parameters on 32×32×3 with 10 classes and only the
  /// final classifier. He et al., arXiv:1512.03385, section 4.2; the paper's own shortcut is
  /// ``Shortcut/padding``.
  ///
  /// - Parameters:
  ///   - exits: where samples can leave: after every stage (three exits), after every block
  ///     (nine), or elsewhere.
  ///   - width: the number of channels of the first stage; the next have two and four times it.
  public static func resNet20(
    classes: Int = 10, exits: ResNetExits = .everyStage, input: Shape = [32, 32, 3],
    shortcut: Shortcut = .projection, width: Int = 16
  ) -> Network {
    resNet(
      depth: 20, classes: classes, exits: exits, input: input, shortcut: shortcut, width: width)
  }

  /// CIFAR's ResNet-56: like ``resNet20(classes:exits:input:shortcut:width:)`` with nine blocks
  /// per stage.
  public static func resNet56(
    classes: Int = 10, exits: ResNetExits = .everyStage, input: Shape = [32, 32, 3],
    shortcut: Shortcut = .projection, width: Int = 16
  ) -> Network {
    resNet(
      depth: 56, classes: classes, exits: exits, input: input, shortcut: shortcut, width: width)
  }

  /// CIFAR's ResNet of any depth 6n+2: three stages of n residual blocks.
  public static func resNet(
    depth: Int, classes: Int = 10, exits: ResNetExits = .everyStage, input: Shape = [32, 32, 3],
    shortcut: Shortcut = .projection, width: Int = 16
  ) -> Network {
    let blocks = depth >= 8 && depth % 6 == 2 ? (depth - 2) / 6 : 0
    return Network(input: input, classes: classes, name: "ResNet-\(depth)") {
      ResNet(
        width: width, blocks: [blocks, blocks, blocks], shortcut: shortcut, exits: exits
      ).elements
    }
  }

  /// ResNet-18: stages of 2, 2, 2, 2 residual blocks, 64 to 512 channels.
  public static func resNet18(
    classes: Int = 10, exits: ResNetExits = .everyStage, input: Shape = [32, 32, 3],
    stem: ResNetStem = .small
  ) -> Network {
    Network(input: input, classes: classes, name: "ResNet-18") {
      ResNet(stem: stem, width: 64, blocks: [2, 2, 2, 2], exits: exits).elements
    }
  }

  /// ResNet-34: stages of 3, 4, 6, 3 residual blocks, 64 to 512 channels.
  ///
  /// With `stem: .imageNet` and 224×224 images it is torchvision's `resnet34`.
  public static func resNet34(
    classes: Int = 100, exits: ResNetExits = .everyStage, input: Shape = [32, 32, 3],
    stem: ResNetStem = .small
  ) -> Network {
    Network(input: input, classes: classes, name: "ResNet-34") {
      ResNet(stem: stem, width: 64, blocks: [3, 4, 6, 3], exits: exits).elements
    }
  }

  /// ResNet-50: stages of 3, 4, 6, 3 bottleneck blocks, 256 to 2,048 channels.
  ///
  /// With `stem: .imageNet` and 224×224 images it is torchvision's `resnet50`.
  public static func resNet50(
    classes: Int = 100, exits: ResNetExits = .everyStage, input: Shape = [32, 32, 3],
    stem: ResNetStem = .small
  ) -> Network {
    Network(input: input, classes: classes, name: "ResNet-50") {
      ResNet(stem: stem, width: 64, blocks: [3, 4, 6, 3], isBottleneck: true, exits: exits)
        .elements
    }
  }
}
