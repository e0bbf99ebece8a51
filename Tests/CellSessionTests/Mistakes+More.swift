extension Mistake {
  /// Statements, habits of other languages, and what only running shows.
  static let more: [Mistake] = [
    Mistake(
      "a missing argument",
      #"""
      let p = Point(x: 1)
      """#,
      says: #"""
        In[n]:1:19: error: missing argument for parameter 'y' in call
        1 │ let p = Point(x: 1)
          │                   ^
          change to: let p = Point(x: 1, y: 0)
        """#),
    Mistake(
      "a number joined to text",
      #"""
      let text = "The accuracy is " + accuracy
      """#,
      says: #"""
        In[n]:1:31: error: '+' joins a String only with a String
        1 │ let text = "The accuracy is " + accuracy
          │            ~~~~~~~~~~~~~~~~~~~^~~~~~~~~~
          Put the value into the text with \( ).
          change to: let text = "The accuracy is " + "\(accuracy)"
        """#),
    Mistake(
      "a loop over a number",
      #"""
      for k in 10 { print(k) }
      """#,
      says: #"""
        In[n]:1:10: error: a number is not a list to go through
        1 │ for k in 10 { print(k) }
          │          ^~
          change to: for k in 0..<10 { print(k) }
        """#),
    Mistake(
      "a misspelt label",
      #"""
      Network(input: [8,8,1], classes: 2) { Conv(4, kernal: 3); Exit() }
      """#,
      says: #"""
        In[n]:1:43: error: the arguments are called '_:kernel:', not '_:kernal:'
        1 │ Network(input: [8,8,1], classes: 2) { Conv(4, kernal: 3); Exit() }
          │                                           ^~~~~~~~~~
          change to: Network(input: [8,8,1], classes: 2) { Conv(4, kernel: 3); Exit() }
        """#),
    Mistake(
      "single quotation marks",
      #"""
      let s = 'text'
      """#,
      says: #"""
        In[n]:1:9: error: single-quoted string literal found, use '"'
        1 │ let s = 'text'
          │         ^~~~~~
          change to: let s = "text"
        """#),
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
      "a value of a dictionary",
      #"""
      let d: [String: Int] = ["a": 1]
      let v: Int = d["a"]
      """#,
      says: #"""
        In[n]:2:15: error: this Int may be missing (its type is Int?)
        2 │ let v: Int = d["a"]
          │               ^
          Say with ?? what stands for a missing one.
          change to: let v: Int = d["a"] ?? 0
        """#),
    Mistake(
      "a function of Python",
      #"""
      def f(x):
        return x
      """#,
      says: #"""
        In[n]:1:4: error: this is not Swift
        1 │ def f(x):
          │    ^
          Swift's functions begin with `func`: `func f(x: Double) -> Double { … }`.
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
      "a missing return",
      #"""
      func g(_ a: Int) -> Int {
        if a > 0 { return 1 }
      }
      """#,
      says: #"""
        In[n]:3:1: error: this function promises a value of type Int but can end without one
        3 │ }
          │ ^
          Write `return` and the value before the closing brace.
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
    Mistake(
      "a member of an optional",
      #"""
      let label: String? = "a"
      label.count
      """#,
      says: #"""
        In[n]:2:1: error: this String may be missing (its type is String?)
        2 │ label.count
          │ ^
          With ?. the result is nil if it is.
          change to: label?.count
        """#),
  ]
}
