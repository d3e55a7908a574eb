package dev.postern.schema;

/** Whether a value fits a schema, of which not every keyword is checked. */
enum Fit {
    /** All that the schema says was checked, and holds. */
    YES,
    /** What was checked holds, and something was not checked. */
    UNKNOWN,
    NO
}
