/// A standard type whose values are sketched in a way of their own.
protocol Sketchable {
  /// A sketch of the value.
  func sketch(with sketcher: inout Sketcher) -> Sketch
}

// MARK: Numbers

extension Sketchable where Self: BinaryInteger {
  func sketch(with sketcher: inout Sketcher) -> Sketch {
    .word(Word(text: "\(self)", isNumber: true))
  }
}

extension Sketchable where Self: BinaryFloatingPoint {
  func sketch(with sketcher: inout Sketcher) -> Sketch {
    .word(Word(text: "\(self)", isNumber: true, fraction: Double(self)))
  }
}

extension Int: Sketchable {}
extension Int8: Sketchable {}
extension Int16: Sketchable {}
extension Int32: Sketchable {}
extension Int64: Sketchable {}
extension UInt: Sketchable {}
extension UInt8: Sketchable {}
extension UInt16: Sketchable {}
extension UInt32: Sketchable {}
extension UInt64: Sketchable {}
extension Float: Sketchable {}
extension Double: Sketchable {}

extension Bool: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch { .text("\(self)") }
}

// MARK: Text

extension Sketchable where Self: LosslessStringConvertible {
  fileprivate func quotedSketch() -> Sketch {
    .word(Word(text: Sketcher.bounded(description), isString: true))
  }
}

extension String: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch { quotedSketch() }
}

extension Substring: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch { quotedSketch() }
}

extension Character: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch { quotedSketch() }
}

// MARK: Wrappers

extension Optional: Sketchable {
  /// A value in an optional is shown plainly.
  func sketch(with sketcher: inout Sketcher) -> Sketch {
    map { sketcher.sketch(unwrapped: $0) } ?? .text("nil")
  }
}

extension AnyHashable: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch { sketcher.sketch(unwrapped: base) }
}

// MARK: Collections

extension Array: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch {
    if let bytes = self as? [UInt8], let picture = Picture(recognizing: bytes) {
      return .shown(picture.display)
    }
    return sketcher.list(Listing(self))
  }
}

extension ArraySlice: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch { sketcher.list(Listing(self)) }
}

extension ContiguousArray: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch { sketcher.list(Listing(self)) }
}

extension Set: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch { sketcher.list(Listing(self)) }
}

extension Dictionary: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch {
    let shown = ordered(self) { $0.key }.prefix(mostEntries)
    return .pairs(
      Pairs(
        type: typeName(Self.self), count: count,
        entries: shown.map { (sketcher.sketch($0.key), sketcher.sketch($0.value)) }))
  }
}

extension KeyValuePairs: Sketchable {
  func sketch(with sketcher: inout Sketcher) -> Sketch {
    .pairs(
      Pairs(
        type: typeName(Self.self), count: count,
        entries: prefix(mostEntries).map { (sketcher.sketch($0.key), sketcher.sketch($0.value)) }))
  }
}

/// The most entries of a dictionary that are shown.
private let mostEntries = 30
