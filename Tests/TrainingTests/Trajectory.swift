import Glibc

/// What PyTorch 2 gives when it trains the same network on the same twelve images: the loss of each
/// trained exit before every step, and the logits of two images at every exit afterwards.
///
/// ```python
/// pixels = [sin(0.731 * i) + 0.5 * cos(0.011 * i * i) for i in range(864)]    # 12×6×6×2
/// x = (pixels - mean) / deviation        # per channel;  labels 0, 1, 2, 0, 1, 2, …
/// conv3x3(4), bn, relu, exit a; basic block(8, stride 2), exit b; basic block(8), exit c
/// parameter p = [base + 0.3 * sin(1.3 * i + p) for i in …]     # base 1 for scales of bn, else 0
/// SGD(lr=0.1, momentum=0.9, weight_decay=5e-3, nesterov=True), CosineAnnealingLR per phase,
/// clip_grad_norm_(1), loss mean of [1, 2, 1]·CE; disjoint's exits at lr 0.3, backbone in eval mode
/// ```
enum Trajectory {
  static let pixels: [Float] = (0..<864).map { index in
    let i = Double(index)
    return Float(sin(0.731 * i) + 0.5 * cos(0.011 * i * i))
  }

  /// The start value of a parameter, by its place among all and its shape.
  static func parameter(_ place: Int, count: Int, isScale: Bool) -> [Float] {
    (0..<count).map { element in
      Float((isScale ? 1 : 0) + 0.3 * sin(1.3 * Double(element) + Double(place)))
    }
  }

  static let disjointLosses: [[Float]] = [
    [1.133866],
    [0.9990284],
    [0.9066763],
    [0.8414912],
    [1.102769, 1.143999],
    [1.101885, 1.130774],
    [1.10108, 1.120046],
    [1.100637, 1.114782],
  ]
  static let disjointLogits: [[Float]] = [
    [0.06398192, 0.1250063, 0.01881209, 0.04764538, 0.09114055, 0.006435499],
    [0.01303956, -0.03431365, -0.1224618, 0.09990648, -0.1314168, -0.09974417],
    [-0.01404923, -0.3838883, 0.08596775, -0.07929762, -0.2696843, 0.02297183],
  ]
  static let jointLosses: [[Float]] = [
    [1.103523, 1.188594, 1.133866],
    [1.103553, 1.135933, 1.108968],
    [1.103398, 1.093931, 1.074012],
    [1.103305, 1.058099, 1.045241],
    [1.103079, 1.029945, 1.017588],
    [1.102861, 1.006881, 0.9951925],
    [1.102736, 0.9912434, 0.9815862],
    [1.102685, 0.9825884, 0.9753103],
  ]
  static let jointLogits: [[Float]] = [
    [0.04834038, 0.1386162, 0.008134209, 0.03753203, 0.1096211, -0.006619111],
    [0.1619188, -0.1429746, -0.152535, 0.1181779, -0.1217879, -0.1325428],
    [-0.04956509, -0.2075714, -0.07479834, -0.1166614, -0.3179082, 0.1142537],
  ]
  static let mixedLosses: [[Float]] = [
    [1.133866],
    [0.9990284],
    [0.9066763],
    [0.8414912],
    [1.102743, 1.252488, 0.8206076],
    [1.102559, 1.144535, 0.8416031],
    [1.102222, 1.07605, 0.8310581],
    [1.102167, 1.04066, 0.8199584],
  ]
  static let mixedLogits: [[Float]] = [
    [0.05513637, 0.1553652, -0.008747257, 0.03172065, 0.1176563, -0.02034052],
    [0.1481304, -0.09602213, -0.1880573, 0.2239545, -0.1255081, -0.2289442],
    [0.04336265, -0.36349, 0.009585653, -0.1136242, -0.1813885, -0.03690541],
  ]
}
