/// A value that shows itself in a notebook.
///
/// ```swift
/// struct Swatch: Displayable {
///   var display: MIMEBundle {
///     MIMEBundle(plain: "a red square", ["text/html": .text("<div style='background:red'>&nbsp;</div>")])
///   }
/// }
/// ```
public protocol Displayable {
  /// The value as a bundle of representations.
  var display: MIMEBundle { get }
}

extension MIMEBundle: Displayable {
  /// A bundle made by hand shows what it holds.
  public var display: MIMEBundle { self }
}
