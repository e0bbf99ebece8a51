/// Collects the marks of a chart; `if`, `for` and lists of marks work inside.
@resultBuilder
public enum ChartBuilder {
  public static func buildExpression(_ mark: Line) -> [Mark] { [.line(mark)] }
  public static func buildExpression(_ mark: Points) -> [Mark] { [.points(mark)] }
  public static func buildExpression(_ mark: Band) -> [Mark] { [.band(mark)] }
  public static func buildExpression(_ mark: Bars) -> [Mark] { [.bars(mark)] }
  public static func buildExpression(_ mark: Rule) -> [Mark] { [.rule(mark)] }
  public static func buildExpression(_ marks: [Mark]) -> [Mark] { marks }
  public static func buildBlock(_ parts: [Mark]...) -> [Mark] { parts.flatMap { $0 } }
  public static func buildArray(_ parts: [[Mark]]) -> [Mark] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Mark]?) -> [Mark] { part ?? [] }
  public static func buildEither(first part: [Mark]) -> [Mark] { part }
  public static func buildEither(second part: [Mark]) -> [Mark] { part }
}
