package dev.postern.schema;

/** The result of a check. Some keywords are not checked, so the result can be unknown. */
enum Validity {
    /** All keywords were checked, and the value is valid. */
    VALID,
    /** No problem was found, but some keywords were not checked. */
    UNKNOWN,
    /** A problem was found. */
    INVALID
}
