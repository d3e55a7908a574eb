package dev.postern.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A keyword that combines schemas for the same value.
 *
 * @param keyword the keyword
 * @param schemas the schemas; exactly one for {@code $ref} and {@code not}
 */
record CombiningRule(Keyword keyword, List<SchemaNode> schemas) implements Rule {

    /** Bounds the text, since nested alternatives repeat the text of the inner ones. */
    private static final int MAX_REASON_LENGTH = 300;

    /** The keywords. */
    enum Keyword {
        REF("$ref"),
        ALL_OF("allOf"),
        ANY_OF("anyOf"),
        ONE_OF("oneOf"),
        NOT("not");

        /** The keywords whose value is a list of schemas. */
        static final List<Keyword> LISTS = List.of(ALL_OF, ANY_OF, ONE_OF);

        private final String word;

        Keyword(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        /** Whether a valid value matches all of the schemas. */
        boolean isSure() {
            return this == REF || this == ALL_OF;
        }
    }

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        switch (keyword) {
            case REF, ALL_OF -> {
                for (int i = 0; i < schemas.size() && !check.isSpent(); i++) {
                    schemas.get(i).check(value, check, path);
                }
            }
            case ANY_OF, ONE_OF -> alternatives(value, check, path);
            case NOT -> {
                switch (schemas.get(0).validity(value, check, path, new Problems())) {
                    case VALID -> path.problem("must not match the schema under \"not\"");
                    case UNKNOWN -> check.unchecked();
                    case INVALID -> {}
                }
            }
        }
    }

    private void alternatives(@Nullable Object value, CheckContext check, ValuePath path) {
        Problems closest = null;
        int fitting = 0;
        boolean unknown = false;
        for (SchemaNode schema : schemas) {
            if (check.isSpent()) {
                return;
            }
            Problems isolated = new Problems();
            switch (schema.validity(value, check, path, isolated)) {
                case VALID -> {
                    if (keyword == Keyword.ANY_OF && check.evaluated() == null) {
                        return;
                    }
                    fitting++;
                }
                case UNKNOWN -> unknown = true;
                case INVALID -> closest = closest == null || isolated.count() < closest.count() ? isolated : closest;
            }
        }
        if (fitting > 0 && keyword == Keyword.ANY_OF) {
            return;
        }
        Evaluated evaluated = check.evaluated();
        if (evaluated != null && !unknown && fitting != 1) {
            evaluated.unknown(); // avoids a second problem for the unevaluated keywords
        }
        if (fitting > 1) {
            path.problem("must match exactly one of " + schemas.size() + " alternatives, but matches " + fitting);
        } else if (unknown) {
            check.unchecked(); // it may match an alternative that was not checked completely
        } else if (fitting == 0 && closest != null) {
            none(closest, path);
        }
    }

    private void none(Problems closest, ValuePath path) {
        path.problem(() ->
                "matches none of " + schemas.size() + " alternatives; the closest: " + closest.text(MAX_REASON_LENGTH));
    }
}
