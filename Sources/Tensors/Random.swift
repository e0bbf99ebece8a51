import Glibc

/// A seeded generator of pseudo-random numbers whose whole state is one number: SplitMix64.
///
/// `split` gives independent generators for independent purposes, so that adding a draw in one place
/// does not change what happens in another.
///
/// Steele, Lea & Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014.
public struct Random: RandomNumberGenerator, Hashable, Sendable, Codable {
  private var state: UInt64

  public init(seed: UInt64) { state = Self.mixed(seed) }

  /// A generator that depends on this one's state and on `index`; this one does not advance.
  public func split(_ index: UInt64) -> Random {
    Random(seed: state ^ Self.mixed(index &* 0xD1B5_4A32_D192_ED03 &+ 0x8CB9_2BA7_2F3D_8DD7))
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in 0..<1, a multiple of 2⁻²⁴.
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A draw from the standard normal distribution (Box & Muller 1958).
  public mutating func normal() -> Float {
    let radius = (Double(next() >> 11) + 1) * 0x1p-53
    let angle = Double(next() >> 11) * 0x1p-53
    return Float((-2 * log(radius)).squareRoot() * cos(2 * Double.pi * angle))
  }

  /// The numbers 0..<n in random order (Fisher & Yates).
  public mutating func permutation(_ n: Int) -> [Int] {
    var order = Array(0..<max(n, 0))
    order.shuffle(using: &self)
    return order
  }
}
