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
        REF("$ref"),
        ALL_OF("allOf"),
        ANY_OF("anyOf"),
        ONE_OF("oneOf"),
        NOT("not");

        /** Those whose value is a list of schemas. */
        static final List<Keyword> LISTS = List.of(ALL_OF, ANY_OF, ONE_OF);

        private final String word;

        Keyword(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        /** Whether all of the schemas hold for each value that fits. */
        boolean isSure() {
            return this == REF || this == ALL_OF;
        }
    }

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        switch (keyword) {
            case REF, ALL_OF -> {
                for (int i = 0; i < schemas.size() && !check.isSpent(); i++) {
                    schemas.get(i).check(value, check, place);
                }
            }
            case ANY_OF, ONE_OF -> alternatives(value, check, place);
            case NOT -> {
                switch (schemas.get(0).fit(value, check, place, new Problems())) {
                    case YES -> place.problem("must not be what its schema excludes with \"not\"");
                    case UNKNOWN -> check.unchecked();
                    case NO -> {}
                }
            }
        }
    }

    private void alternatives(@Nullable Object value, Check check, Place place) {
        Problems nearest = null;
        int fitting = 0;
        boolean unknown = false;
        for (SchemaNode schema : schemas) {
            if (check.isSpent()) {
                return;
            }
            Problems apart = new Problems();
            switch (schema.fit(value, check, place, apart)) {
                case YES -> {
                    if (keyword == Keyword.ANY_OF && check.evaluated() == null) {
                        return;
                    }
                    fitting++;
                }
                case UNKNOWN -> unknown = true;
                case NO -> nearest = nearest == null || apart.count() < nearest.count() ? apart : nearest;
            }
        }
        if (fitting > 0 && keyword == Keyword.ANY_OF) {
            return;
        }
        Evaluated evaluated = check.evaluated();
        if (evaluated != null && !unknown && fitting != 1) {
            evaluated.unknown(); // what the alternatives do not evaluate is not a second problem
        }
        if (fitting > 1) {
            place.problem("must fit exactly one of " + schemas.size() + " alternatives, but fits " + fitting);
        } else if (unknown) {
            check.unchecked(); // it may fit one that was not checked whole, or not
        } else if (fitting == 0 && nearest != null) {
            none(nearest, place);
        }
    }

    private void none(Problems nearest, Place place) {
        place.problem(() ->
                "fits none of " + schemas.size() + " alternatives; the nearest says: " + nearest.text(LONGEST_REASON));
    }
}
