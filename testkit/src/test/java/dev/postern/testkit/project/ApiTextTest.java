package dev.postern.testkit.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ApiTextTest {
    /** A sealed interface with a record. */
    public sealed interface Shape permits Circle {
        default int corners() {
            return 0;
        }
    }

    /** A record. */
    public record Circle(String name, List<? extends Number> radii) implements Shape {}

    /** A class with members of all kinds. */
    public abstract static class Service<T extends Comparable<T>> {
        public static final int LIMIT = 1;
        protected Map<String, Circle> shapes = Map.of();
        private int hidden;

        protected Service(int start) {
            hidden = start;
        }

        public abstract <R> R map(Function<? super T, R> function, String... names) throws IOException;

        protected Flow.Publisher<T> stream() {
            hidden++;
            throw new UnsupportedOperationException();
        }

        int packagePrivate() {
            return hidden;
        }
    }

    @Test
    void showsASealedInterface() {
        assertThat(ApiText.of(Shape.class)).isEqualTo("""
                dev.postern.testkit.project.ApiTextTest$Shape: public abstract sealed interface\
                 permits dev.postern.testkit.project.ApiTextTest$Circle
                    public default int corners()
                """);
    }

    @Test
    void showsTheComponentsOfARecordInTheirOrder() {
        assertThat(ApiText.of(Circle.class)).isEqualTo("""
                dev.postern.testkit.project.ApiTextTest$Circle: public final record extends Record\
                 implements dev.postern.testkit.project.ApiTextTest$Shape of String name, List<? extends Number> radii
                    public List<? extends Number> radii()
                    public String name()
                    public final String toString()
                    public final boolean equals(Object)
                    public final int hashCode()
                    public new(String, List<? extends Number>)
                """);
    }

    @Test
    void showsPublicAndProtectedMembersWithTheirGenericTypes() {
        assertThat(ApiText.of(Service.class)).isEqualTo("""
                dev.postern.testkit.project.ApiTextTest$Service<T extends Comparable<T>>: public abstract class
                    protected Flow$Publisher<T> stream()
                    protected Map<String, dev.postern.testkit.project.ApiTextTest$Circle> shapes
                    protected new(int)
                    public abstract <R> R map(Function<? super T, R>, String...) throws java.io.IOException
                    public static final int LIMIT
                """);
    }

    @Test
    void findsTheExportedTypesOfAModule() {
        PublicApi api = PublicApi.of(ApiTextTest.class.getClassLoader());

        assertThat(api.topLevelTypes())
                .contains("dev.postern.testkit.EverySplit", "dev.postern.testkit.Recorder")
                .doesNotContain("dev.postern.testkit.project.PublicApi");
    }
}
