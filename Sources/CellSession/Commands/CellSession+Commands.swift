import CellCompiler
import Display

extension CellSession {
  /// Takes a cell that begins with commands; `nil` leaves it to the compiler.
  func runCommand(
    _ code: String, number: Int, onInput: (InputRequest) -> InputReply, onEvent: (CellEvent) -> Void
  ) -> CellOutcome? {
    guard code.contains(where: { "%!?".contains($0) }) else { return nil }
    let names = Set(compiler.liveNames.map(\.name))
    guard let cell = CommandCell(code, isName: names.contains) else { return nil }
    return withoutActuallyEscaping(onInput) { onInput in
      withoutActuallyEscaping(onEvent) { onEvent in
        let run = CommandRun(cell, in: self, number: number, onInput: onInput, onEvent: onEvent)
        return perform(cell, run)
      }
    }
  }

  private func perform(_ cell: CommandCell, _ run: CommandRun) -> CellOutcome {
    defer { commandState.optimizesCell = false }
    for line in cell.lines {
      do { try run.perform(line) } catch let failure as CommandFailure {
        return .failed(CellFailure(failure, place: "In[\(run.number)]:\(line.number)"))
      } catch {
        return .failed(error as? CellFailure ?? CellFailure(CommandFailure("\(error)"), place: ""))
      }
    }
    return run.runSource()
  }

  /// Compiles a cell as commands have asked for, and notes how that went.
  func compileNoted(_ cell: ParsedCell, number: Int) throws(CompileFailure) -> CompiledCell {
    let optimizes = commandState.optimizesAll || commandState.optimizesCell
    let start = ContinuousClock.now
    let options = CellOptions(optimization: optimizes ? .speed : .none)
    let compiled = try compiler.compile(cell, number: number, options: options)
    commandState.lastCompilation = LastCompilation(
      cell: compiled, duration: .now - start, isOptimized: optimizes,
      command: compiler.commandLine(of: compiled))
    return compiled
  }
}

extension CellFailure {
  init(_ failure: CommandFailure, place: String) {
    self.init(
      name: failure.name, message: failure.message,
      traceback: [
        "\(Style.bold)\(place):\(Style.plain) \(Style.red)\(failure.name):\(Style.plain) "
          + failure.message
      ] + failure.lines)
  }
}
