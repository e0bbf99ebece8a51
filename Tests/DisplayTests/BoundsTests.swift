import Display
import Foundation
import Testing

/// Values that are huge, slow or endless are shown in bounded time.
@Suite struct BoundsTests {
  /// Counts how often values of it are described.
  struct Counted: CustomStringConvertible {
    nonisolated(unsafe) static var descriptions = 0
    var description: String {
      Self.descriptions += 1
      return "counted"
    }
  }

  @Test func aMillionElementsAreNotWalked() {
    let plain = bundle(for: Array(repeating: Counted(), count: 1_000_000)).plainText
    #expect(Counted.descriptions <= 200)
    #expect(plain.contains("more elements") && plain.contains("1000000 elements"), "\(plain)")
  }

  @Test func hugeCollectionsOfEveryKind() {
    let numbers = Array(0..<1_000_000)
    let set = Set(numbers)
    let dictionary = Dictionary(uniqueKeysWithValues: numbers.map { ($0, $0) })
    let text = String(repeating: "x", count: 5_000_000)
    for value in [numbers, set, dictionary, numbers[10...], text, [numbers, numbers]] as [Any] {
      let bundle = bundle(for: value)
      #expect(bundle.plainText.utf8.count < 1_100_000)
      if case .text(let html)? = bundle.data["text/html"] { #expect(html.utf8.count < 50_000) }
    }
  }

  /// A collection whose elements may not be computed.
  struct Forbidden: RandomAccessCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { 1000 }
    subscript(position: Int) -> Int { fatalError("An element was computed.") }
  }

  @Test func sequencesAreNotConsumed() {
    #expect(bundle(for: Forbidden()).plainText.hasPrefix("Forbidden("))
    #expect(bundle(for: Forbidden().lazy.map { $0 }).plainText.contains("Forbidden()"))
    var taken = 0
    let sequence = sequence(first: 0) { number in
      taken += 1
      return number + 1
    }
    #expect(bundle(for: sequence).plainText.contains("UnfoldSequence"))
    #expect(taken == 0)
  }

  /// A description that takes its time.
  struct Slow: CustomStringConvertible {
    nonisolated(unsafe) static var descriptions = 0
    var description: String {
      Self.descriptions += 1
      usleep(20_000)
      return "slow"
    }
  }

  @Test func slowValuesAreLeftOutAfterAWhile() {
    let plain = bundle(for: Array(repeating: Slow(), count: 200)).plainText
    #expect(Slow.descriptions < 100)
    #expect(plain.contains("slow") && plain.contains("…"))
  }

  final class Chain {
    var next: Chain?
    var payload = [1, 2, 3]
  }

  @Test func depthIsBounded() {
    let first = Chain()
    var last = first
    for _ in 0..<10_000 {
      last.next = Chain()
      last = last.next!
    }
    last.next = first
    guard case .text(let html)? = bundle(for: first).data["text/html"] else {
      Issue.record("an object has no page")
      return
    }
    #expect(html.contains("Chain(…)"), "\(html)")
    #expect(html.utf8.count < 20_000)
    // Taken apart one by one: a long chain would end by deep recursion.
    var chain: Chain? = first
    while let next = chain?.next {
      chain?.next = nil
      chain = next
    }
  }

  @Test func wideValuesAreBounded() {
    let wide = (0..<1000).map { row in
      Dictionary(uniqueKeysWithValues: (0..<1000).map { ("k\($0)", [[row]]) })
    }
    let bundle = bundle(for: wide)
    #expect(bundle.plainText.utf8.count < 50_000)
  }

  @Test func whatACellHoldsIsEscaped() throws {
    let bundle = bundle(for: ["<script>alert(1)</script>": "</td>&\"\u{1}"])
    guard case .text(let html)? = bundle.data["text/html"] else {
      Issue.record("a dictionary has no page")
      return
    }
    #expect(!html.contains("<script>") && !html.contains("\u{1}"))
    #expect(html.contains("&lt;/td&gt;&amp;&quot;\u{FFFD}"))
  }
}
