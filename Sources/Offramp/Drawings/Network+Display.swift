import Charts
public import Display
public import Networks

extension Network: Displayable {
  /// A drawing of the network with its exits and what leaving there costs.
  ///
  /// A mistake in the description is shown as its sentence. The plain text is the table of layers.
  public var display: MIMEBundle {
    do throws(NetworkError) {
      return try plan().display
    } catch {
      let message = SVGElement.escaped(error.message)
      return MIMEBundle(
        plain: description,
        [
          "text/html": .text(
            "<p><b>This network cannot be built.</b> \(message)</p>")
        ])
    }
  }
}

extension Plan: Displayable {
  /// A drawing of the network with its exits and what leaving there costs.
  public var display: MIMEBundle {
    MIMEBundle(
      plain: description, svg: NetworkDrawing(self).svg, title: network.name ?? "Network")
  }
}

extension Model: Displayable {
  /// The drawing of the network; the parameters are numbers.
  public var display: MIMEBundle { plan.display }
}
