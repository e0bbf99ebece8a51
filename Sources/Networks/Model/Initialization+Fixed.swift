import Glibc
import Tensors

extension Tensor {
  /// Rows of length `scale` at right angles: normal draws, made orthogonal one after the other.
  ///
  /// Gram and Schmidt's procedure in double precision, each row twice, after which the angles are
  /// right to the last digits of a float (Giraud et al., Numerische Mathematik 101, 2005).
  static func orthogonal(_ shape: Shape, scale: Float, using random: inout Random) -> Tensor {
    let (rows, columns) = (shape[0], shape.sample.count)
    var found: [[Double]] = []
    while found.count < min(rows, columns) {
      var row = (0..<columns).map { _ in Double(random.normal()) }
      for _ in 0..<2 {
        for other in found {
          let product = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
          for k in row.indices { row[k] -= product * other[k] }
        }
      }
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // A draw that lies among the earlier ones is drawn again.
      if length > 1e-6 { found.append(row.map { $0 / length }) }
    }
    return Tensor(shape: shape) { buffer in
      for k in buffer.indices {
        buffer[k] = scale * Float(found[k / columns % found.count][k % columns])
      }
    }
  }

  /// sin(p / 10000^(2j/width)) in column 2j of row p, the cosine in the next.
  static func waves(_ shape: Shape) -> Tensor {
    let width = shape[-1]
    return Tensor(shape: shape) { buffer in
      for k in buffer.indices {
        let (place, column) = (k / width, k % width)
        let angle = Double(place) / pow(10_000, Double(column / 2 * 2) / Double(width))
        buffer[k] = Float(column % 2 == 0 ? sin(angle) : cos(angle))
      }
    }
  }
}
