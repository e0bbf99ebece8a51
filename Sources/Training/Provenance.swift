public import Tensors

/// What a run was made with: enough to know whether it can be repeated bit for bit.
public struct Provenance: Hashable, Codable, Sendable {
  /// The version of Offramp.
  public var offramp: String
  /// The version of the Swift standard library.
  public var swift: String
  /// The version of oneDNN.
  public var oneDNN: String
  /// The instructions that oneDNN used.
  public var instructionSet: String
  /// The number of threads of the tensor engine.
  public var threads: Int
  /// What multiplied, such as `bf16 factors in f32 units`; nil for 32-bit floats throughout.
  public var arithmetic: String?

  /// The release this library belongs to.
  public static let release = "0.1.0"

  /// This process.
  public static var current: Provenance {
    current(.float32)
  }

  /// This process, computing in a precision.
  public static func current(_ precision: Precision) -> Provenance {
    Provenance(
      offramp: release, swift: "\(_SwiftStdlibVersion.current)", oneDNN: Engine.version,
      instructionSet: Engine.instructionSet, threads: Tensors.threads,
      arithmetic: precision == .float32 ? nil : precision.arithmetic)
  }
}

extension Provenance: CustomStringConvertible {
  public var description: String {
    """
    Offramp \(offramp), Swift \(swift), oneDNN \(oneDNN) (\(instructionSet)), \
    \(threads) thread\(threads == 1 ? "" : "s")\(arithmetic.map { ", \($0)" } ?? "")
    """
  }
}
