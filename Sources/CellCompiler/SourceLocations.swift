import Glibc

extension CellCompiler {
  /// Where in the cells' text the instructions of their shared objects come from, as
  /// `In[3]:4 in f(x:)`, the top level without a function; `nil` for those that no line of a cell
  /// stands for.
  package func frames(of instructions: [(library: String, offset: UInt64)]) -> [String?] {
    guard let toolchain, !instructions.isEmpty else { return instructions.map { _ in nil } }
    let symbolizer = ChildProcess()
    let places = instructions.map { "\"\($0.library)\" 0x\(String($0.offset, radix: 16))" }
    let outcome = try? symbolizer.run(
      toolchain.symbolizer, ["--functions=linkage", "--no-inlines", "--no-demangle"] + places)
    let lines = (outcome?.output ?? "").split(separator: "\n").map(String.init)
    guard lines.count == 2 * instructions.count else { return instructions.map { _ in nil } }
    return instructions.indices.map { k in
      let parts = (lines[2 * k + 1].split(separator: "/").last ?? "").split(separator: ":")
      guard parts.count == 3, parts[0].hasPrefix("In["), parts[1] != "0" else { return nil }
      let function = FunctionName.readable(lines[2 * k]).map { " in \($0)" } ?? ""
      return "\(parts[0]):\(parts[1])\(function)"
    }
  }
}
