import CSourceKit
import Glibc

/// The toolchain's sourcekitd, loaded into this process.
///
/// One thread at a time uses it.
final class SourceKit {
  fileprivate let functions: sourcekitd_functions
  private var names: [String: sourcekitd_uid] = [:]
  /// The index that appends to a list.
  private static let atEnd = -1

  /// Loads the library; `nil` if it is not there or lacks a function.
  init?(path: String) {
    guard let functions = sourcekitd_functions(path: path) else { return nil }
    self.functions = functions
    functions.initialize()
  }

  /// Sends a request and passes the answer to `body`; `nil` if sourcekitd answers with an error.
  func send<Value>(_ request: SourceKitRequest, _ body: (SourceKitValue) -> Value) -> Value? {
    let object = make(request)
    defer { functions.request_release(object) }
    guard let response = functions.send_request_sync(object) else { return nil }
    defer { functions.response_dispose(response) }
    guard !functions.response_is_error(response) else { return nil }
    return body(SourceKitValue(kit: self, value: functions.response_get_value(response)))
  }

  private func make(_ request: SourceKitRequest) -> sourcekitd_object? {
    let object = functions.request_dictionary_create(nil, nil, 0)
    for (key, value) in request.fields {
      switch value {
      case .text(let text): functions.request_dictionary_set_string(object, name(key), text)
      case .number(let number): functions.request_dictionary_set_int64(object, name(key), number)
      case .name(let text): functions.request_dictionary_set_uid(object, name(key), name(text))
      case .list(let texts):
        let array = functions.request_array_create(nil, 0)
        for text in texts { functions.request_array_set_string(array, Self.atEnd, text) }
        functions.request_dictionary_set_value(object, name(key), array)
        functions.request_release(array)
      }
    }
    return object
  }

  fileprivate func name(_ text: String) -> sourcekitd_uid? {
    if let known = names[text] { return known }
    let name = functions.uid_get_from_cstr(text)
    names[text] = name
    return name
  }
}

/// A request: `source.request.…` and its fields.
struct SourceKitRequest {
  enum Field {
    case text(String)
    case number(Int64)
    case name(String)
    case list([String])
  }

  var fields: [(key: String, value: Field)]

  init(_ request: String, _ fields: [(key: String, value: Field)]) {
    self.fields = [("key.request", .name("source.request.\(request)"))] + fields
  }
}

/// A part of an answer.
struct SourceKitValue {
  fileprivate let kit: SourceKit
  fileprivate let value: sourcekitd_variant

  func text(_ key: String) -> String? {
    kit.functions.variant_dictionary_get_string(value, kit.name(key)).map { String(cString: $0) }
  }

  func flag(_ key: String) -> Bool {
    kit.functions.variant_dictionary_get_int64(value, kit.name(key)) != 0
  }

  func name(_ key: String) -> String? {
    guard let found = kit.functions.variant_dictionary_get_uid(value, kit.name(key)) else {
      return nil
    }
    return kit.functions.uid_get_string_ptr(found).map { String(cString: $0) }
  }

  func list(_ key: String) -> [SourceKitValue] {
    let list = kit.functions.variant_dictionary_get_value(value, kit.name(key))
    return (0..<kit.functions.variant_array_get_count(list)).map {
      SourceKitValue(kit: kit, value: kit.functions.variant_array_get_value(list, $0))
    }
  }
}

extension sourcekitd_functions {
  /// The names of the fields, in order.
  private static let names = [
    "initialize", "uid_get_from_cstr", "uid_get_string_ptr", "request_dictionary_create",
    "request_dictionary_set_string", "request_dictionary_set_int64", "request_dictionary_set_uid",
    "request_dictionary_set_value", "request_array_create", "request_array_set_string",
    "request_release", "send_request_sync", "response_is_error", "response_get_value",
    "response_dispose", "variant_dictionary_get_value", "variant_dictionary_get_string",
    "variant_dictionary_get_int64", "variant_dictionary_get_uid", "variant_array_get_count",
    "variant_array_get_value",
  ]

  /// The functions of the library at `path`; `nil` if it cannot be loaded or lacks one.
  fileprivate init?(path: String) {
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else { return nil }
    let addresses = Self.names.compactMap { dlsym(library, "sourcekitd_\($0)") }
    guard addresses.count == Self.names.count else { return nil }
    self.init()
    withUnsafeMutableBytes(of: &self) { fields in
      for (k, address) in addresses.enumerated() {
        fields.storeBytes(
          of: address, toByteOffset: k * MemoryLayout.stride(ofValue: address),
          as: UnsafeMutableRawPointer.self)
      }
    }
  }
}
