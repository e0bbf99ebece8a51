public import Datasets
public import Display

extension Dataset: Displayable {
  /// Samples of every class, from easy to hard where that is known; the plain text is the table of
  /// classes and splits.
  public var display: MIMEBundle {
    MIMEBundle(plain: description, svg: ContactSheet(self).svg, title: name)
  }
}
