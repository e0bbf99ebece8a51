public import Tensors

extension Network {
  /// Which MobileNetV3.
  public enum MobileNetSize: String, Hashable, Sendable, Codable, CaseIterable {
    /// 11 blocks, 2.5 million parameters at 1,000 classes.
    case small
    /// 15 blocks, 5.5 million parameters at 1,000 classes.
    case large
  }

  /// MobileNetV3, as torchvision has it.
  ///
  /// A 3×3 convolution with stride 2, inverted bottlenecks, some with squeeze-and-excitation, a 1×1
  /// convolution, and a hidden dense layer before the classifier. Howard et al., arXiv:1905.02244,
  /// tables 1 and 2.
  ///
  /// - Parameter exits: the blocks, counted from 1, after which samples can leave before the
  ///   end; unless given, the last block of each resolution.
  public static func mobileNetV3(
    _ size: MobileNetSize = .small, classes: Int = 1000, input: Shape = [224, 224, 3],
    exits: [Int]? = nil
  ) -> Network {
    let blocks = size == .small ? MobileNet.small : MobileNet.large
    let (last, hidden) = size == .small ? (576, 1024) : (960, 1280)
    let norm = BatchNorm(momentum: 0.01, epsilon: 1e-3)
    return Network(input: input, classes: classes, name: "MobileNetV3-\(size.rawValue)") {
      Conv(16, kernel: 3, stride: 2, bias: false); norm; HardSwish()
      MobileNet.elements(blocks.map { $0.layer(norm) }, exits: exits)
      Conv(last, kernel: 1, bias: false); norm; HardSwish()
      Exit("final") {
        GlobalPool(); Dense(hidden); HardSwish(); Dropout(0.2); Dense(classes)
      }
    }
  }

  /// EfficientNet, as torchvision has it: B0 unless widened and deepened.
  ///
  /// Tan and Le, arXiv:1905.11946, table 1. B1 to B4 are `width`, `depth` of 1, 1.1; 1.1, 1.2;
  /// 1.2, 1.4; 1.4, 1.8, with larger images.
  ///
  /// - Parameters:
  ///   - width: the factor of all channels.
  ///   - depth: the factor of the number of blocks of each stage, rounded up.
  ///   - depthRate: the probability of skipping the last block while training; earlier blocks
  ///     proportionally less.
  ///   - exits: the blocks, counted from 1, after which samples can leave before the end;
  ///     unless given, the last block of each resolution.
  public static func efficientNet(
    width: Double = 1, depth: Double = 1, classes: Int = 1000, input: Shape = [224, 224, 3],
    dropout: Float = 0.2, depthRate: Float = 0.2, exits: [Int]? = nil
  ) -> Network {
    guard width > 0, width < 100, depth > 0, depth < 100 else {
      return Network(input: input, classes: classes, name: "EfficientNet") {
        Impossible(problem: "an EfficientNet has positive factors, and got \(width) and \(depth)")
        Exit()
      }
    }
    let blocks = MobileNet.efficient(width: width, depth: depth, depthRate: depthRate)
    return Network(input: input, classes: classes, name: "EfficientNet") {
      Conv(MobileNet.rounded(32 * width), kernel: 3, stride: 2, bias: false); BatchNorm(); SiLU()
      MobileNet.elements(blocks, exits: exits)
      Conv(4 * MobileNet.rounded(320 * width), kernel: 1, bias: false); BatchNorm(); SiLU()
      Exit("final") {
        GlobalPool(); Dropout(dropout); Dense(classes)
      }
    }
  }
}
