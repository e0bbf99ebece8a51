extension Mistake {
  /// Names, types and calls.
  static let first: [Mistake] = [
    Mistake(
      "a misspelt name",
      #"""
      print(acuracy)
      """#,
      says: #"""
        In[n]:1:7: error: cannot find 'acuracy' in scope
        1 │ print(acuracy)
          │       ^~~~~~~
          did you mean 'accuracy'?
          change to: print(accuracy)
        """#),
    Mistake(
      "a misspelt member",
      #"""
      counts.cout
      """#,
      says: #"""
        In[n]:1:8: error: value of type '[Int]' has no member 'cout'
        1 │ counts.cout
          │ ~~~~~~~^~~~
          did you mean 'count'?
          change to: counts.count
        """#),
    Mistake(
      "a misspelt regime",
      #"""
      Regime.mixd
      """#,
      says: #"""
        In[n]:1:8: error: type 'Regime' has no member 'mixd'
        1 │ Regime.mixd
          │ ~~~~~~~^~~~
          did you mean 'mixed'?
          change to: Regime.mixed
        """#),
    Mistake(
      "a misspelt method",
      #"""
      net.trian(.joint)
      """#,
      says: #"""
        In[n]:1:5: error: value of type 'Network' has no member 'trian'
        1 │ net.trian(.joint)
          │ ~~~~^~~~~
          did you mean 'train'?
          change to: net.train(.joint)
        """#),
    Mistake(
      "a constant set again",
      #"""
      let limit = 3
      limit = 4
      """#,
      says: #"""
        In[n]:2:1: error: 'limit' is a 'let': it keeps its first value
        2 │ limit = 4
          │ ^~~~~
          change line 1 to: var limit = 3
        """#),
    Mistake(
      "a missing try",
      #"""
      let n = load(path: "x")
      """#,
      says: #"""
        In[n]:1:9: error: this call can fail: mark it with 'try'
        1 │ let n = load(path: "x")
          │         ^~~~~~~~~~~~~~~
          change to: let n = try load(path: "x")
        """#),
    Mistake(
      "a Double for an Int",
      #"""
      let total: Int = accuracy
      """#,
      says: #"""
        In[n]:1:18: error: this is of type Double, and Int is wanted
        1 │ let total: Int = accuracy
          │                  ^~~~~~~~
          Int(…) cuts off the fraction.
          change to: let total: Int = Int(accuracy)
        """#),
    Mistake(
      "an Int times a Double",
      #"""
      let sum = counts.count * accuracy
      """#,
      says: #"""
        In[n]:1:24: error: '*' needs two numbers of one type, and these are Int and Double
        1 │ let sum = counts.count * accuracy
          │           ~~~~~~~~~~~~~^~~~~~~~~~
          change to: let sum = Double(counts.count) * accuracy
        """#),
    Mistake(
      "an optional in arithmetic",
      #"""
      let twice = maybe * 2
      """#,
      says: #"""
        In[n]:1:13: error: this Int may be missing (its type is Int?)
        1 │ let twice = maybe * 2
          │             ^
          Say with ?? what stands for a missing one.
          change to: let twice = (maybe ?? 0) * 2
        """#),
    Mistake(
      "a String for a Character",
      #"""
      let first: Character = name
      """#,
      says: #"""
        In[n]:1:24: error: this is of type String, and Character is wanted
        1 │ let first: Character = name
          │                        ^~~~
          A String may hold any number of letters; `name.first` is one, or nil if there is none.
        """#),
    Mistake(
      "a numbered letter",
      #"""
      name[0]
      """#,
      says: #"""
        In[n]:1:1: error: the letters of a String are not numbered
        1 │ name[0]
          │ ^~~~~~~
          Use `Array(name)[0]`, or `name.first` for the first one.
        """#),
    Mistake(
      "a function without its value",
      #"""
      func area(_ s: Double) -> Double {
        print(s)
      }
      """#,
      says: #"""
        In[n]:2:3: error: this function promises a value of type Double but returns none
        2 │   print(s)
          │   ^~~~~~~~
          Write `return` and the value.
        """#),
    Mistake(
      "a wrong label",
      #"""
      load(file: "x")
      """#,
      says: #"""
        In[n]:1:5: error: the arguments are called 'path:', not 'file:'
        1 │ load(file: "x")
          │     ^~~~~
          change to: load(path: "x")
        """#),
    Mistake(
      "a value for a list",
      #"""
      mean(accuracy)
      """#,
      says: #"""
        In[n]:1:6: error: this is of type Double, and [Double] is wanted
        1 │ mean(accuracy)
          │      ^
          Brackets make a list of a single value.
          change to: mean([accuracy])
        """#),
    Mistake(
      "an open parenthesis",
      #"""
      print((1 + 2)
      """#,
      says: #"""
        In[n]:1:6: error: this '(' is never closed
        1 │ print((1 + 2)
          │      ^
          Put a ')' where it should end.
        """#),
    Mistake(
      "an open brace",
      #"""
      if counts.count > 2 {
        print("many")
      """#,
      says: #"""
        In[n]:1:21: error: this '{' is never closed
        1 │ if counts.count > 2 {
          │                     ^
          Put a '}' where it should end.
        """#),
    Mistake(
      "a name without a value",
      #"""
      let best: Int
      print(best)
      """#,
      says: #"""
        In[n]:2:7: error: 'best' has no value yet
        2 │ print(best)
          │       ^
          It was declared in line 1 without one: give it one there, or before this line.
        """#),
    Mistake(
      "a switch with a case missing",
      #"""
      let mood = Mood.glad
      switch mood {
      case .glad: print(1)
      case .sad: print(2)
      }
      """#,
      says: #"""
        In[n]:2:1: error: this switch does not say what to do in every case
        2 │ switch mood {
          │ ^
          Add case .calm: … or default: …
        """#),
    Mistake(
      "a missing await",
      #"""
      let value = fetch()
      """#,
      says: #"""
        In[n]:1:13: error: this call takes its time: wait for it with 'await'
        1 │ let value = fetch()
          │             ^
          change to: let value = await fetch()
        """#),
    Mistake(
      "an assignment for a comparison",
      #"""
      if accuracy = 1 { print("yes") }
      """#,
      says: #"""
        In[n]:1:13: error: '=' sets a value; '==' compares two
        1 │ if accuracy = 1 { print("yes") }
          │    ~~~~~~~~~^~~
          change to: if accuracy == 1 { print("yes") }
        """#),
  ]
}
