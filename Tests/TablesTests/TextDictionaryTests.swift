import Testing

@testable import Tables

/// Texts that differ little: in their last byte, in their length, or by a zero byte at the end, on
/// both sides of the sixteen bytes that are compared as numbers.
private let alike: [[UInt8]] = (0...40).flatMap { length -> [[UInt8]] in
  let text = [UInt8](repeating: 97, count: length)
  return [text, text + [98], text + [0], [99] + text]
}

/// Numbers by the order in which texts first came.
private func expected(_ texts: [[UInt8]]) -> [Int] {
  var numbers: [[UInt8]: Int] = [:]
  return texts.map { text in
    let number = numbers[text] ?? numbers.count
    numbers[text] = number
    return number
  }
}

@Test func `different texts get numbers in the order in which they first come`() {
  var dictionary = TextDictionary()
  let texts = alike + alike.reversed()
  let numbers = texts.map { dictionary.insert($0.span) }
  #expect(numbers == expected(texts))
  #expect(dictionary.count == Set(alike).count)
  for (text, number) in zip(texts, numbers) {
    #expect(Array(dictionary.storage[dictionary.range(number)]) == text)
    #expect(dictionary.find(text.span) == number)
  }
  #expect(dictionary.find(Array("never".utf8).span) == nil)
}

@Test func `a dictionary of texts grows without losing any`() {
  var dictionary = TextDictionary()
  let texts = (0..<20_000).map { Array("text \($0)".utf8) }
  #expect(texts.map { dictionary.insert($0.span) } == Array(0..<20_000))
  #expect(texts.map { dictionary.find($0.span) } == Array(0..<20_000))
  #expect(dictionary.text(12_345) == "text 12345")
}

@Test func `texts looked up many at once get the numbers that they get one by one`() {
  let texts = alike + alike.reversed() + alike
  var (bytes, starts, ends) = ([UInt8](), [UInt32](), [UInt32]())
  for text in texts {
    starts.append(UInt32(bytes.count))
    bytes += text
    ends.append(UInt32(bytes.count))
  }
  // What stands behind a text must not count as part of it.
  bytes += [UInt8](repeating: 97, count: 16)
  var dictionary = TextDictionary(["first"])
  var numbers = [Int32](repeating: -1, count: texts.count)
  dictionary.insert(bytes.span, from: 0, starts: starts[...], ends: ends[...], numbers: &numbers)
  #expect(numbers.map { Int($0) - 1 } == expected(texts))
  #expect(dictionary.find(Array("first".utf8).span) == 0)
}
