package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;

/** A part of a regular expression. */
sealed interface PatternPart {

    /** Appends the steps of this part. */
    void write(PatternCode code);

    /** One character of a set. */
    record OneOf(CharacterSet characters) implements PatternPart {
        @Override
        public void write(PatternCode code) {
            code.take(characters);
        }
    }

    /** An assertion about the position in the text. */
    record Position(PatternCode.Assertion assertion) implements PatternPart {
        @Override
        public void write(PatternCode code) {
            code.at(assertion);
        }
    }

    /** Parts in sequence. */
    record Sequence(List<PatternPart> parts) implements PatternPart {
        @Override
        public void write(PatternCode code) {
            parts.forEach(part -> part.write(code));
        }
    }

    /** Two alternatives. */
    record Choice(PatternPart one, PatternPart other) implements PatternPart {
        @Override
        public void write(PatternCode code) {
            int fork = code.fork();
            one.write(code);
            int end = code.fork();
            code.setTargets(fork, fork + 1, code.size());
            other.write(code);
            code.setTargets(end, code.size(), code.size());
        }
    }

    /**
     * A repetition.
     *
     * @param maximum the maximum; negative for no limit
     */
    record Repeat(PatternPart part, int minimum, int maximum) implements PatternPart {
        @Override
        public void write(PatternCode code) {
            int before = code.size();
            for (int i = 0; i < minimum && (i == 0 || code.size() > before); i++) { // an empty part is written once
                part.write(code);
            }
            if (maximum < 0) {
                int fork = code.fork();
                part.write(code);
                int back = code.fork();
                code.setTargets(back, fork, fork);
                code.setTargets(fork, fork + 1, code.size());
                return;
            }
            List<Integer> forks = new ArrayList<>();
            for (int i = minimum; i < maximum; i++) {
                forks.add(code.fork());
                part.write(code);
            }
            forks.forEach(fork -> code.setTargets(fork, fork + 1, code.size())); // each jumps to the end directly
        }
    }
}
