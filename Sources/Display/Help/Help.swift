/// Shows, beside the notebook, what a value is: its type, its parts with their types and values, what
/// it conforms to.
///
/// ```swift
/// help(net)
/// help(Person.self)
/// ```
/// - Parameter subject: A value, or a type.
public func help(_ subject: Any) {
  let text = (subject as? any Any.Type).map(TypeHelp.text) ?? ValueHelp.text(subject)
  DisplayOutput.sink.page(MIMEBundle(plain: text))
}

/// Shows, beside the notebook, what a cell can do.
public func help() { DisplayOutput.sink.page(MIMEBundle(plain: overview)) }

private let overview = """
  A cell is Swift. The value of its last expression is shown.

  display(x)                  shows a value at once; display(x, id: "name") can be updated
  clearOutput(wait: true)     removes what the cell has shown when something new comes
  HTML, SVG, Markdown, LaTeX, JSONDocument, Picture(file:)
                              show text and files as what they are
  for x in items.progress("item") { … }
                              shows how far a loop has come, and the time left
  input("Name: "), readLine() ask for a line of text
  try Interrupt.check()       ends a long computation when the cell is interrupted
  help(x), help(T.self)       what a value or a type is

  %help lists the commands of the kernel.
  """

/// What is said of a value.
enum ValueHelp {
  private static let longestValue = 60

  /// The page about a value.
  static func text(_ value: Any) -> String {
    let type = Swift.type(of: value)
    let mirror = Mirror(reflecting: value)
    var lines = [TypeHelp.heading(of: type, style: mirror.displayStyle)]
    lines += TypeHelp.section("value", ["\(short(value))"])
    lines += TypeHelp.section("parts", parts(of: mirror))
    lines += TypeHelp.section("conforms to", [TypeHelp.conformances(of: type)])
    return lines.joined(separator: "\n")
  }

  private static func short(_ value: Any) -> String {
    let plain = bundle(for: value).plainText.split(whereSeparator: \.isNewline)
    let shown = plain.prefix(12).map(String.init)
    return (shown + (plain.count > shown.count ? ["…"] : [])).joined(separator: "\n  ")
  }

  /// A line for each stored property, as far as they are few.
  private static func parts(of mirror: Mirror) -> [String] {
    let styles: [Mirror.DisplayStyle?] = [.struct, .class, .tuple]
    guard styles.contains(mirror.displayStyle) else { return [] }
    let ancestors = sequence(first: mirror, next: \.superclassMirror).reversed()
    let parts = ancestors.flatMap { $0.children.prefix(60) }
    var table = Table(rows: [])
    for part in parts.prefix(60) {
      var sketcher = Sketcher(seconds: 0.1)
      table.rowNames.append(part.label ?? "")
      table.rows.append([
        .text(typeName(Swift.type(of: part.value))),
        .text(sketcher.sketch(part.value).line(limit: longestValue)),
      ])
    }
    return parts.isEmpty ? [] : table.text.split(separator: "\n").map(String.init)
  }
}
