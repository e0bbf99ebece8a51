extension Mistake {
  /// Statements, habits of other languages, and what only running shows.
  static let more: [Mistake] = [
    Mistake(
      "an open text",
      #"""
      print("unterminated)
      """#,
      says: #"""
        In[n]:1:7: error: this text is never closed
        1 │ print("unterminated)
          │       ^
          Put a '"' where it should end.
        """#),
    Mistake(
      "an operator of C",
      #"""
      x++
      """#,
      says: #"""
        In[n]:1:2: error: Swift has no '++'
        1 │ x++
          │  ^~
          change to: x += 1
        In[n]:1:1: error: cannot find 'x' in scope
        1 │ x++
          │ ^
          No cell that has run defines 'x'.
        """#),
    Mistake(
      "a statement of Python",
      #"""
      print "hello"
      """#,
      says: #"""
        In[n]:1:6: error: a call needs parentheses
        1 │ print "hello"
          │      ^
          change to: print("hello")
        """#),
    Mistake(
      "a type in small letters",
      #"""
      let y: int = 3
      """#,
      says: #"""
        In[n]:1:8: error: cannot find type 'int' in scope
        1 │ let y: int = 3
          │        ^~~
          did you mean 'Int'?
          change to: let y: Int = 3
        """#),
    Mistake(
      "a name of a cell that failed",
      #"""
      print(broken)
      """#,
      says: #"""
        In[n]:1:7: error: cannot find 'broken' in scope
        1 │ print(broken)
          │       ^~~~~~
        note: broken is not there: In[3] failed before it was set.
        """#),
    Mistake(
      "a missing import",
      #"""
      let a2 = sqrt(2.0)
      """#,
      says: #"""
        In[n]:1:10: error: cannot find 'sqrt' in scope
        1 │ let a2 = sqrt(2.0)
          │          ^~~~
          'sqrt' is in Foundation: write `import Foundation` first.
        """#),
    Mistake(
      "a kernel larger than the image",
      #"""
      _ = try Network(input: [8, 8, 1], classes: 2) { Conv(4, kernel: 11, padding: 0); Exit() }.plan()
      """#,
      says: #"""
        In[n]:1: NetworkError: Conv(4, kernel: 11, padding: 0), element 1 (the first), input 8×8×1: a window of 11×11 is larger than the input 8×8×1; use a smaller kernel or fewer strides before it
        """#),
    Mistake(
      "a misspelt module",
      #"""
      import Foundatoin
      """#,
      says: #"""
        In[n]:1:8: error: no such module 'Foundatoin'
        1 │ import Foundatoin
          │        ^
          did you mean 'Foundation'?
          change to: import Foundation
        """#),
    Mistake(
      "a constant changed by a method",
      #"""
      counts.append(4)
      """#,
      says: #"""
        In[n]:1:8: error: 'counts' is a 'let': it keeps its first value
        1 │ counts.append(4)
          │ ~~~~~~~^
          Write `var counts` in In[1] and run it again.
        """#),
    Mistake(
      "a list of other numbers",
      #"""
      let w: [Double] = counts
      """#,
      says: #"""
        In[n]:1:19: error: this is of type [Int], and [Double] is wanted
        1 │ let w: [Double] = counts
          │                   ^
          change to: let w: [Double] = counts.map { Double($0) }
        """#),
    Mistake(
      "too many brackets",
      #"""
      [[[[[[[[[[[[[[1]]]]]]]]]]]]]]
      """#,
      says: #"""
        In[n]:1: error: this is nested too deeply to be read: 14 brackets are open within each other
          Close some of them, or build the value in steps.
        """#),
  ]
}
