/// Elements that wait in a line: added at its end, taken from its beginning, both in constant time.
struct Line<Element> {
  private var elements: [Element?] = []
  private var taken = 0

  mutating func append(_ element: Element) { elements.append(element) }

  /// Takes the first; nil when none waits.
  mutating func popFirst() -> Element? {
    guard taken < elements.count else { return nil }
    defer {
      elements[taken] = nil
      taken += 1
      // What was taken is given up when it is half of what is kept.
      if taken * 2 >= elements.count {
        elements.removeFirst(taken)
        taken = 0
      }
    }
    return elements[taken]
  }

  /// Changes those that wait.
  mutating func forEach(_ body: (inout Element) -> Void) {
    for index in taken..<elements.count {
      guard var element = elements[index] else { continue }
      body(&element)
      elements[index] = element
    }
  }
}
