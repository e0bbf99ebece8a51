/// Reads the elements of a ``Network`` from ordinary Swift: lines, `if`, `for`.
@resultBuilder
public enum NetworkBuilder {
  public static func buildExpression(_ layer: some Layer) -> [Element] { [.layer(AnyLayer(layer))] }
  public static func buildExpression(_ layer: any Layer) -> [Element] { [.layer(AnyLayer(layer))] }
  public static func buildExpression(_ exit: Exit) -> [Element] { [.exit(exit)] }
  public static func buildExpression(_ elements: [Element]) -> [Element] { elements }
  public static func buildExpression(_ element: Element) -> [Element] { [element] }
  public static func buildExpression(_ layers: [any Layer]) -> [Element] {
    layers.map { .layer(AnyLayer($0)) }
  }
  public static func buildPartialBlock(first: [Element]) -> [Element] { first }
  public static func buildPartialBlock(accumulated: [Element], next: [Element]) -> [Element] {
    accumulated + next
  }
  public static func buildBlock() -> [Element] { [] }
  public static func buildArray(_ parts: [[Element]]) -> [Element] { parts.flatMap(\.self) }
  public static func buildOptional(_ part: [Element]?) -> [Element] { part ?? [] }
  public static func buildEither(first: [Element]) -> [Element] { first }
  public static func buildEither(second: [Element]) -> [Element] { second }
}

/// Reads the layers of a head, a ``Branch`` or a ``Concat``, where no exit can stand.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: some Layer) -> [AnyLayer] { [AnyLayer(layer)] }
  public static func buildExpression(_ layer: any Layer) -> [AnyLayer] { [AnyLayer(layer)] }
  public static func buildExpression(_ layers: [any Layer]) -> [AnyLayer] {
    layers.map { AnyLayer($0) }
  }
  @available(
    *, unavailable,
    message: "an Exit stands between the layers of the network, not inside a head or a branch"
  )
  public static func buildExpression(_ exit: Exit) -> [AnyLayer] { [] }
  public static func buildPartialBlock(first: [AnyLayer]) -> [AnyLayer] { first }
  public static func buildPartialBlock(accumulated: [AnyLayer], next: [AnyLayer]) -> [AnyLayer] {
    accumulated + next
  }
  public static func buildBlock() -> [AnyLayer] { [] }
  public static func buildArray(_ parts: [[AnyLayer]]) -> [AnyLayer] { parts.flatMap(\.self) }
  public static func buildOptional(_ part: [AnyLayer]?) -> [AnyLayer] { part ?? [] }
  public static func buildEither(first: [AnyLayer]) -> [AnyLayer] { first }
  public static func buildEither(second: [AnyLayer]) -> [AnyLayer] { second }
}
