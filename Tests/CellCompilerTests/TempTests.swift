import CellCompiler
import Testing
import Glibc
@Suite struct TempTests {
  @Test func t() {
    func time(_ s: String) -> Int { 
      var a = timespec(); clock_gettime(CLOCK_MONOTONIC, &a)
      _ = ParsedCell(s)
      var b = timespec(); clock_gettime(CLOCK_MONOTONIC, &b)
      return (b.tv_sec - a.tv_sec) * 1_000_000 + (b.tv_nsec - a.tv_nsec) / 1000 }
    for (o, c) in [("[", "]"), ("(", ")"), ("{", "}"), ("a<", ">"), ("f{", "}"), ("f(", ")"), ("x[", "]"), ("\"\\(", ")\""), ("if a {", "}"), ("[(", ")]"),("{ (", ")}"),("{[","]}"), ("try ", ""), ("a ? ", ""), ("func f() {", "}"), ("!", ""), ("a.", "b"), ("if a {} else ", ""), ("#if A\n", "\n#endif\n"), ("&", ""), ("() -> ", ""), ("let a: [", "]"), ("case ", ""), ("@a(", ")"), ("- ", ""), ("switch a { case ", "")] {
      var out = "\(o) "
      for n in [4, 8, 10, 12, 14, 16, 18] {
        let open = time(String(repeating: o, count: n)); let closed = time(String(repeating: o, count: n) + "1" + String(repeating: c, count: n))
        out += " \(n):\(open)/\(closed)"
        if open + closed > 300_000 { break }
      }
      print(out)
    }
  }
}
