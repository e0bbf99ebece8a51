/// A sequence that shows how far a loop over it has come.
///
/// ```swift
/// for epoch in Progress(1...10, "epoch") {
///   for batch in batches.progress("batch") { step(batch) }
/// }
/// ```
/// One display is updated in place, ten times a second at most; loops within loops share it. It says
/// how many steps are done of how many, the time left, and the rate; at the end the time taken.
///
/// When the user interrupts the cell, the loop ends at its next step, so that what it has computed
/// is kept; the cell then ends as interrupted after the statement that the loop is in.
public struct Progress<Base: Sequence>: Sequence {
  private let base: Base
  private let label: String
  private let total: Int?

  /// A sequence with the elements of `base`.
  ///
  /// - Parameters:
  ///   - base: The elements.
  ///   - label: What a step is, such as "epoch".
  ///   - total: How many steps there will be; `nil` to ask `base`, which may not know.
  public init(_ base: Base, _ label: String = "", total: Int? = nil) {
    self.base = base
    self.label = label
    self.total = total
  }

  /// The elements, counted as they are taken.
  public struct Iterator: IteratorProtocol {
    fileprivate var base: Base.Iterator
    fileprivate let bar: ProgressBar

    /// The next element; `nil` after an interrupt too.
    public mutating func next() -> Base.Element? {
      if Interrupt.stopsWork {
        Cutoff.note()
        bar.end(.interrupted)
        return nil
      }
      bar.advance()
      guard let element = base.next() else {
        bar.end(.finished)
        return nil
      }
      bar.take()
      return element
    }
  }

  public func makeIterator() -> Iterator {
    let known = total ?? base.underestimatedCount
    return Iterator(
      base: base.makeIterator(), bar: ProgressBar(label: label, total: known > 0 ? known : nil))
  }

  /// 0: an interrupt may end the loop before its first step, and `map` relies on this number.
  public var underestimatedCount: Int { 0 }
}

extension Sequence {
  /// The same elements; a loop over them shows how far it has come.
  ///
  /// - Parameters:
  ///   - label: What a step is, such as "epoch".
  ///   - total: How many steps there will be; `nil` to ask the sequence, which may not know.
  public func progress(_ label: String = "", total: Int? = nil) -> Progress<Self> {
    Progress(self, label, total: total)
  }
}
