package dev.postern.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Schemas in a schema, for the same value.
 *
 * @param keyword how they go together
 * @param schemas the schemas; exactly one for {@code $ref} and {@code not}
 */
record CombiningRule(Keyword keyword, List<SchemaNode> schemas) implements Rule {

    /** Alternatives of alternatives would each repeat what the inner ones say. */
    private static final int LONGEST_REASON = 300;

    /** How they go together. */
    enum Keyword {
        REF,
        ALL_OF,
        ANY_OF,
        ONE_OF,
        NOT;

        /** Whether all of the schemas hold for each value that fits. */
        boolean isSure() {
            return this == REF || this == ALL_OF;
        }
    }

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        switch (keyword) {
            case REF, ALL_OF -> schemas.forEach(schema -> schema.check(value, check, place));
            case ANY_OF -> anyOf(value, check, place);
            case ONE_OF -> oneOf(value, check, place);
            case NOT -> {
                if (schemas.get(0).fits(value, check, place, new Problems())) {
                    place.problem("must not be what its schema excludes with \"not\"");
                }
            }
        }
    }

    private void anyOf(@Nullable Object value, Check check, Place place) {
        Problems nearest = new Problems();
        for (int i = 0; i < schemas.size(); i++) {
            Problems apart = new Problems();
            if (schemas.get(i).fits(value, check, place, apart)) {
                return;
            }
            nearest = i == 0 || apart.count() < nearest.count() ? apart : nearest;
        }
        none(nearest, place);
    }

    private void oneOf(@Nullable Object value, Check check, Place place) {
        Problems nearest = new Problems();
        int fitting = 0;
        for (int i = 0; i < schemas.size(); i++) {
            Problems apart = new Problems();
            fitting += schemas.get(i).fits(value, check, place, apart) ? 1 : 0;
            nearest = i == 0 || apart.count() < nearest.count() ? apart : nearest;
        }
        if (fitting == 0) {
            none(nearest, place);
        } else if (fitting > 1) {
            place.problem("must fit exactly one of " + schemas.size() + " alternatives, but fits " + fitting);
        }
    }

    private void none(Problems nearest, Place place) {
        place.problem(() -> "fits none of " + schemas.size() + " alternatives; the nearest says: "
                + Place.shortened(String.join(", ", nearest.list()), LONGEST_REASON));
    }
}
