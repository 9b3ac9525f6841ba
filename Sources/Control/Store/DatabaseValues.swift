import GRDB

// SQLite's integers are signed; ids and permission bits keep their 64 bits and change only how the topmost is read.

extension Snowflake: DatabaseValueConvertible {
    package var databaseValue: DatabaseValue { Int64(bitPattern: rawValue).databaseValue }

    package static func fromDatabaseValue(_ value: DatabaseValue) -> Snowflake? {
        Int64.fromDatabaseValue(value).map { Snowflake(UInt64(bitPattern: $0)) }
    }
}

extension Timestamp: DatabaseValueConvertible {
    package var databaseValue: DatabaseValue { milliseconds.databaseValue }

    package static func fromDatabaseValue(_ value: DatabaseValue) -> Timestamp? {
        Int64.fromDatabaseValue(value).map { Timestamp(milliseconds: $0) }
    }
}

extension Permissions: DatabaseValueConvertible {
    package var databaseValue: DatabaseValue { Int64(bitPattern: rawValue).databaseValue }

    package static func fromDatabaseValue(_ value: DatabaseValue) -> Permissions? {
        Int64.fromDatabaseValue(value).map { Permissions(rawValue: UInt64(bitPattern: $0)) }
    }
}
