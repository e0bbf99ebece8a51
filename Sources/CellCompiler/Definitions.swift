import SwiftSyntax

extension ParsedCell {
  /// What the cell defines at its top level, in order.
  package var definitions: [Definition] {
    items.enumerated().flatMap { index, item in
      if let (name, _) = item.guardedName {
        return [Definition(kind: .variable, name: name.text, item: index)]
      }
      return item.item.as(DeclSyntax.self).map { definitions(of: $0, item: index) } ?? []
    }
  }

  /// Whether some names depend on compile-time conditions and so are not known here.
  package var hasConditionalNames: Bool {
    items.contains {
      $0.item.is(IfConfigDeclSyntax.self) || $0.item.is(MacroExpansionDeclSyntax.self)
    }
  }

  private func definitions(of declaration: DeclSyntax, item: Int) -> [Definition] {
    func named(_ kind: Definition.Kind, _ name: TokenSyntax) -> [Definition] {
      [Definition(kind: kind, name: name.text, item: item)]
    }
    return switch declaration.as(DeclSyntaxEnum.self) {
    case .variableDecl(let variable):
      variable.bindings.flatMap { $0.pattern.boundNames }.flatMap { named(.variable, $0) }
    case .functionDecl(let function): [definition(of: function, item: item)]
    case .structDecl(let type): named(.structure, type.name)
    case .enumDecl(let type): named(.enumeration, type.name)
    case .classDecl(let type): named(.reference, type.name)
    case .actorDecl(let type): named(.reference, type.name)
    case .protocolDecl(let type): named(.requirements, type.name)
    case .typeAliasDecl(let type): named(.alias, type.name)
    case .extensionDecl(let type): definitions(in: type, item: item)
    case .operatorDecl(let symbol):
      [nameless("operator \(symbol.fixitySpecifier.text) \(symbol.name.text)", symbol, item)]
    case .precedenceGroupDecl(let group):
      [nameless("precedencegroup \(group.name.text)", group, item)]
    default: []
    }
  }

  private func definition(of function: FunctionDeclSyntax, item: Int) -> Definition {
    let signature = function.signatureText
    if case .identifier = function.name.tokenKind {
      return Definition(
        kind: .function, name: function.name.text, signature: signature, item: item)
    }
    return nameless("func \(function.name.text)\(signature)", function, item)
  }

  private func nameless(
    _ name: String, _ syntax: some SyntaxProtocol, _ item: Int
  ) -> Definition {
    Definition(kind: .nameless, name: name, item: item, place: syntax.start..<syntax.end)
  }

  /// The members and conformances that an extension adds.
  private func definitions(in type: ExtensionDeclSyntax, item: Int) -> [Definition] {
    let extended = type.extendedType.trimmedDescription
    let condition = type.genericWhereClause?.trimmedDescription ?? ""
    let conformances = type.inheritanceClause.map { clause in
      clause.inheritedTypes.map { inherited in
        nameless("\(extended): \(inherited.type.trimmedDescription) \(condition)", clause, item)
      }
    }
    let members = type.memberBlock.members.flatMap { member in
      member.decl.memberNames.map { nameless("\(extended).\($0) \(condition)", member, item) }
    }
    return (conformances ?? []) + members
  }
}

extension PatternSyntax {
  /// The names that a pattern binds.
  fileprivate var boundNames: [TokenSyntax] {
    if let identifier = self.as(IdentifierPatternSyntax.self) { return [identifier.identifier] }
    if let tuple = self.as(TuplePatternSyntax.self) {
      return tuple.elements.flatMap { $0.pattern.boundNames }
    }
    return self.as(ValueBindingPatternSyntax.self)?.pattern.boundNames ?? []
  }
}

extension FunctionDeclSyntax {
  /// Labels and types: equal for two functions that cannot be told apart by a call.
  fileprivate var signatureText: String {
    let parameters = signature.parameterClause.parameters.map {
      "\($0.firstName.text): \($0.type.trimmedDescription)"
    }
    let result = signature.returnClause?.type.trimmedDescription ?? "Void"
    return "(\(parameters.joined(separator: ", "))) -> \(result)"
  }
}

extension DeclSyntax {
  /// The names of a member of an extension, with what tells overloads apart.
  fileprivate var memberNames: [String] {
    switch self.as(DeclSyntaxEnum.self) {
    case .variableDecl(let variable):
      variable.bindings.flatMap { $0.pattern.boundNames }.map(\.text)
    case .functionDecl(let function): ["\(function.name.text)\(function.signatureText)"]
    case .initializerDecl(let initializer):
      ["init\(initializer.signature.parameterClause.trimmedDescription)"]
    case .subscriptDecl(let access): ["subscript\(access.parameterClause.trimmedDescription)"]
    default: asProtocol((any NamedDeclSyntax).self).map { [$0.name.text] } ?? []
    }
  }
}
