import Hummingbird

extension Request {
    /// A number of the query string.
    ///
    /// - Throws: 400 (50035) if it is none or out of range.
    func queryInt(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws -> Int {
        guard let text = uri.queryParameters.get(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw APIError.form(name, "NUMBER_TYPE_RANGE", "int value should be between \(range.lowerBound) and \(range.upperBound).")
        }
        return number
    }

    /// An id of the query string, 0 if absent.
    func queryID(_ name: String) throws -> Snowflake {
        guard let text = uri.queryParameters.get(name) else { return Snowflake(0) }
        guard let id = Snowflake(text) else { throw APIError.form(name, "NUMBER_TYPE_COERCE", "Value is not snowflake.") }
        return id
    }

    /// `true`, `True` and `1` are true.
    func queryBool(_ name: String) -> Bool {
        ["true", "1"].contains(uri.queryParameters.get(name)?.lowercased())
    }
}
