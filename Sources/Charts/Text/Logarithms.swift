#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The logarithm to base ten.
package func decimalLogarithm(_ value: Double) -> Double { log10(value) }

/// 10 to the power `exponent`, exact from 0 to 22.
package func powerOfTen(_ exponent: Int) -> Double { raised(10, to: exponent) }

/// An integer power; exact where the result is a whole number below 2⁵³.
package func raised(_ base: Double, to exponent: Int) -> Double {
  let product = (0..<exponent.magnitude).reduce(1.0) { partial, _ in partial * base }
  return exponent < 0 ? 1 / product : product
}
