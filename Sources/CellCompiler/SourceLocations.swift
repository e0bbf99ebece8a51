extension CellCompiler {
  /// Where in the cells' text the instructions of their shared objects come from, as
  /// `In[3]:4`; `nil` for those that no line of a cell stands for.
  package func locations(of instructions: [(library: String, offset: UInt64)]) -> [String?] {
    guard let toolchain, !instructions.isEmpty else { return instructions.map { _ in nil } }
    let symbolizer = ChildProcess()
    let places = instructions.map { "\"\($0.library)\" 0x\(String($0.offset, radix: 16))" }
    let outcome = try? symbolizer.run(
      toolchain.symbolizer, ["--functions=none", "--no-inlines"] + places)
    let lines = (outcome?.output ?? "").split(separator: "\n").map(String.init)
    guard lines.count == instructions.count else { return instructions.map { _ in nil } }
    return lines.map { line in
      let parts = (line.split(separator: "/").last ?? "").split(separator: ":")
      guard parts.count == 3, parts[0].hasPrefix("In["), parts[1] != "0" else { return nil }
      return "\(parts[0]):\(parts[1])"
    }
  }
}
