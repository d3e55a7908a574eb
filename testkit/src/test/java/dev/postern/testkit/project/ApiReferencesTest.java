package dev.postern.testkit.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiReferencesTest {
    /** An interface that is not public. */
    interface Hidden {}

    /** A class whose members name types in all places. */
    public abstract static class Service<T extends Comparable<T>> extends Number implements Hidden {
        protected Map<String, Character> field = Map.of();
        private Thread hidden = Thread.currentThread();

        protected Service(Runnable parameter) {
            hidden.setName(parameter.toString());
        }

        public abstract <R extends CharSequence> Set<? extends R> map(Integer[] array, List<Long>[] more)
                throws IOException;

        void packagePrivate(ThreadGroup group) {
            hidden = new Thread(group, "");
        }
    }

    @Test
    void findsTheTypesInAllPlacesOfVisibleMembers() {
        assertThat(ApiReferences.of(Service.class))
                .containsExactlyInAnyOrder(
                        Comparable.class,
                        Number.class,
                        Hidden.class,
                        Map.class,
                        String.class,
                        Character.class,
                        Runnable.class,
                        CharSequence.class,
                        Set.class,
                        Integer.class,
                        List.class,
                        Long.class,
                        IOException.class);
    }
}
