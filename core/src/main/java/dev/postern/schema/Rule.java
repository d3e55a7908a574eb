package dev.postern.schema;

import org.jspecify.annotations.Nullable;

/** What some keywords of a schema demand. */
interface Rule {

    /** Notes what does not fit; a value of another kind than the rule is about fits. */
    void check(@Nullable Object value, Check check, Place place);
}
