extension CellHooks {
  /// A value whose properties can be asked for by name, whether it has them or not.
  ///
  /// Swift takes a property of the value, or of an array's elements, where there is one of the name,
  /// and the subscript by name where there is none; a type says how it is shown, as in Python, by
  /// `var _repr_html_: String`, and need not know of this module.
  @dynamicMemberLookup
  public struct Shown<Value> {
    let value: Value

    /// A property that there is.
    public subscript<Property>(dynamicMember path: KeyPath<Value, Property>) -> Any? {
      value[keyPath: path]
    }

    /// A property that there is not.
    public subscript(dynamicMember name: String) -> Any? { nil }
  }
}

extension CellHooks.Shown where Value: RandomAccessCollection {
  /// A property of the elements: their pages one after the other, if there are not too many.
  public subscript<Property>(dynamicMember path: KeyPath<Value.Element, Property>) -> Any? {
    guard value.count <= mostPages else { return nil }
    let pages = value.compactMap { $0[keyPath: path] as? String }
    return pages.isEmpty ? nil : HTMLText.flow(pages)
  }
}

private let mostPages = 30
