import Display

extension Command {
  static let help = Command(
    name: "help", aliases: ["lsmagic"], arguments: "[COMMAND]", summary: "lists the commands",
    detail: """
      A cell may begin with commands, one on a line; the Swift below them is run as ever. `%%time` \
      is the same as `%time`.
        !COMMAND   runs COMMAND in a shell
        NAME?      tells what is known about a name; NAME?? shows its source too
      """
  ) { run, arguments in
    let name = String(arguments.drop { $0 == "%" })
    if name.isEmpty { return run.show(overview) }
    guard let command = named(name) else {
      let guess = nearest(to: name).map { " Did you mean %\($0)?" } ?? " %help lists all."
      throw CommandFailure("There is no command %\(name).\(guess)")
    }
    run.show(command.page)
  }

  private static var overview: MIMEBundle {
    InfoTable(
      rows: all.map { ["%\($0.name)", $0.arguments, $0.summary] } + [
        ["!command", "", "runs a command in a shell"],
        ["name?", "", "tells what is known about a name"],
      ], code: [0, 1],
      note: "Commands stand at the head of a cell. %help NAME tells more about one."
    ).bundle
  }

  /// All about one command.
  var page: MIMEBundle {
    let others =
      aliases.isEmpty ? "" : " (also \(aliases.map { "%\($0)" }.joined(separator: ", ")))"
    let head = "%\(name)\(arguments.isEmpty ? "" : " \(arguments)")\(others)\n\(summary)"
    return MIMEBundle(plain: detail.isEmpty ? head : "\(head)\n\n\(detail)")
  }
}

extension CommandRun {
  /// Shows what is known about a name, beside the notebook.
  func inspect(_ name: String, _ detail: InspectionDetail) throws {
    let position = name.unicodeScalars.count
    guard let page = session.inspect(name, at: position, detail: detail) else {
      throw CommandFailure("Nothing is known about “\(name)”: run the cell that defines it first.")
    }
    onEvent(.page(page))
  }
}
