extension MIMEBundle: Displayable {
  /// The bundle itself, so that `display` takes one that was made by hand.
  public var display: MIMEBundle { self }
}
