import Display
import Foundation

/// The types whose values the gallery shows.
enum Gallery {
  struct Person {
    var name: String
    var age: Int
    var height: Double
    var email: String?
  }

  struct Point: Hashable { var x: Double, y: Double }

  struct Study {
    var title: String
    var seeds: Range<Int>
    var accuracies: [Double]
    var best: Person
    var notes: [String: String]
  }

  enum Figure {
    case dot
    case circle(radius: Double)
    case line(Point, Point)
    case text(String)
  }

  class Node {
    var name: String
    var next: Node?
    init(_ name: String) { self.name = name }
  }

  final class Leaf: Node { var weight = 0.5 }

  struct Temperature: CustomStringConvertible {
    var degrees: Double
    var description: String { "\(degrees) °C" }
  }

  struct Poem: CustomStringConvertible {
    var description: String { "roses <are> red\n  violets & co" }
  }

  struct Swatch: CustomPlaygroundDisplayConvertible {
    var playgroundDescription: Any { ["text/html": "<b>red</b>", "text/plain": "red"] }
  }

  struct Mirrored: CustomReflectable {
    var customMirror: Mirror { Mirror(self, children: ["_repr_html_": "<i>mirrored</i>"]) }
  }

  struct Boxed: Displayable {
    var display: MIMEBundle { MIMEBundle(plain: "boxed", ["text/html": .text("<b>boxed</b>")]) }
  }

  static let people = [
    Person(name: "Ada", age: 36, height: 1.65, email: "ada@example.org"),
    Person(name: "Grace <Hopper>", age: 85, height: 1.7, email: nil),
    Person(name: "李小龍", age: 32, height: 1.725, email: nil),
  ]

  /// One red pixel.
  static let png: [UInt8] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE, 0, 0, 0, 12, 0x49, 0x44, 0x41, 0x54,
    0x08, 0xD7, 0x63, 0xF8, 0xCF, 0xC0, 0, 0, 3, 1, 1, 0, 0x18, 0xDD, 0x8D, 0xB0, 0, 0, 0, 0, 0x49,
    0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
  ]

  static let svg =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"20\">"
    + "<circle cx=\"10\" cy=\"10\" r=\"8\" fill=\"teal\"/></svg>"

  /// The values, by the names of their files.
  static var values: [(name: String, value: Any)] {
    [
      ("integer", 42), ("fraction", 0.1 + 0.2), ("text", "two\nlines"), ("truth", true),
      ("nothing", Int?.none as Any), ("something", Int?.some(5) as Any),
      ("tuple", (1, "two")), ("labelled-tuple", (mean: 0.5, deviation: 0.125)),
      ("range", 0..<5), ("character", Character("é")),
      ("short-array", [1, 2, 3]), ("short-texts", ["a", "b\"c"]), ("empty", [Int]()),
      ("no-entries", [String: Int]()),
      ("optionals", [1, nil, 3] as [Int?]),
      ("long-array", (0..<1000).map { $0 * $0 }),
      ("fractions", (0..<37).map { Double($0) / 7 }),
      ("long-texts", (0..<50).map { "sample number \($0) of a long list" }),
      ("matrix", [[1, 2.5], [3.25, -4]]),
      ("wide-matrix", (0..<40).map { row in (0..<30).map { Double(row * $0) / 3 } }),
      ("set", Set([3, 1, 2])),
      ("dictionary", ["one": 1, "two": 2, "three": 3]),
      ("long-dictionary", Dictionary(uniqueKeysWithValues: (0..<500).map { ($0, "\($0)") })),
      ("nested-dictionary", ["a": ["x": 1, "y": 2], "b": ["x": 3]]),
      ("struct", people[0]), ("small-struct", Point(x: 1, y: -2.5)),
      (
        "nested-struct",
        Study(
          title: "regimes & seeds", seeds: 0..<3,
          accuracies: (0..<60).map { 1 - 1 / Double($0 + 2) }, best: people[0],
          notes: ["first": "as in the paper", "second": "shorter"])
      ),
      ("class", Leaf("leaf")),
      (
        "cycle",
        {
          let (a, b) = (Node("a"), Node("b"))
          (a.next, b.next) = (b, a)
          return a
        }()
      ),
      ("enum", Figure.dot), ("enum-payload", Figure.circle(radius: 2)),
      ("enums", [Figure.dot, .line(Point(x: 0, y: 0), Point(x: 1, y: 2)), .text("long")]),
      ("people", people),
      (
        "thousand-people",
        (0..<1000).map { Person(name: "n\($0)", age: $0 % 90, height: 1.5 + Double($0) / 3000) }
      ),
      (
        "rows",
        [["name": "Ada", "age": 36], ["name": "Alan", "city": "London"]] as [[String: Any]]
      ),
      ("columns", ["x": [1, 2, 3], "y": [1, 4, 9]]),
      ("pairs", [(offset: 0, element: "a"), (offset: 1, element: "b")]),
      ("described", Temperature(degrees: 21.5)), ("poem", Poem()), ("poems", [Poem(), Poem()]),
      ("date", Date(timeIntervalSince1970: 0)), ("url", URL(string: "https://swift.org")!),
      ("data", Data([1, 2, 3])), ("playground", Swatch()), ("reflected", Mirrored()),
      ("displayables", [Boxed(), Boxed()]), ("png", png), ("png-data", Data(png)),
      ("drawing", SVG(svg, title: "a dot")), ("pictures", [png, png]),
      ("page", HTML("<p>one &lt; <b>two</b></p><script>x</script>")),
      ("markdown", Markdown("**bold**")), ("formula", LaTeX("$$\\frac{1}{2}$$")),
      ("lazy", (0..<3).lazy.map { $0 * 2 }),
      ("type", [Int: String].self), ("function", { (x: Int) in x }),
      ("reversed", [1, 2, 3].reversed() as ReversedCollection<[Int]>),
      ("duration", Duration.milliseconds(1500)),
    ]
  }
}
