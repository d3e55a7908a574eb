package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;

/** A part of a regular expression. */
sealed interface PatternPart {

    /** Appends the steps of this part. */
    void write(PatternCode code);

    /** One character of a kind. */
    record One(CharacterSet characters) implements PatternPart {
        @Override
        public void write(PatternCode code) {
            code.take(characters);
        }
    }

    /** A place in the text. */
    record At(PatternCode.Edge edge) implements PatternPart {
        @Override
        public void write(PatternCode code) {
            code.at(edge);
        }
    }

    /** One after the other. */
    record Row(List<PatternPart> parts) implements PatternPart {
        @Override
        public void write(PatternCode code) {
            parts.forEach(part -> part.write(code));
        }
    }

    /** One or the other. */
    record Choice(PatternPart one, PatternPart other) implements PatternPart {
        @Override
        public void write(PatternCode code) {
            int fork = code.fork();
            one.write(code);
            int end = code.fork();
            code.lead(fork, fork + 1, code.size());
            other.write(code);
            code.lead(end, code.size(), code.size());
        }
    }

    /**
     * Again and again.
     *
     * @param most the most times; negative for: as often as it likes
     */
    record Repeat(PatternPart part, int least, int most) implements PatternPart {
        @Override
        public void write(PatternCode code) {
            int before = code.size();
            for (int i = 0; i < least && (i == 0 || code.size() > before); i++) { // nothing is not written often
                part.write(code);
            }
            if (most < 0) {
                int fork = code.fork();
                part.write(code);
                int back = code.fork();
                code.lead(back, fork, fork);
                code.lead(fork, fork + 1, code.size());
                return;
            }
            List<Integer> forks = new ArrayList<>();
            for (int i = least; i < most; i++) {
                forks.add(code.fork());
                part.write(code);
            }
            forks.forEach(fork -> code.lead(fork, fork + 1, code.size())); // past all that follow, in one step
        }
    }
}
