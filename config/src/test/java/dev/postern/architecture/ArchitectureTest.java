package dev.postern.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The rooms of the house, and which doors there are between them. */
class ArchitectureTest {
    private static final String WORDS = "dev.postern";

    /** Each package, and what it may use of ours. Those that do not exist yet have their place already. */
    private static final Map<String, Set<String>> DOORS = Map.ofEntries(
            Map.entry(WORDS, Set.of(of("flow"))), // for the stream of a provider that has none of its own
            Map.entry(of("json"), Set.of()),
            Map.entry(of("flow"), Set.of()),
            Map.entry(of("http"), Set.of(WORDS, of("flow"))),
            Map.entry(of("wire"), Set.of(WORDS, of("json"))),
            Map.entry(of("client"), Set.of(WORDS, of("http"), of("wire"))),
            Map.entry(of("spi"), Set.of(WORDS, of("http"))),
            Map.entry(of("gateway"), Set.of(WORDS, of("flow"))),
            Map.entry(of("schema"), Set.of(WORDS, of("flow"), of("json"))),
            Map.entry(of("agent"), Set.of(WORDS, of("flow"), of("json"), of("schema"))),
            Map.entry(of("jdbc"), Set.of(WORDS, of("json"), of("wire"), of("agent"))),
            Map.entry(of("config"), Set.of(WORDS, of("http"), of("spi"), of("client"), of("gateway"), of("agent"))));

    static final Set<String> PACKAGES = new TreeSet<>(DOORS.keySet());

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/dev/postern/testkit/"))
            .importPackages(WORDS);

    private static String of(String room) {
        return WORDS + "." + room;
    }

    @ParameterizedTest
    @FieldSource("PACKAGES")
    void usesNoPackageButThoseItMay(String name) {
        DescribedPredicate<JavaClass> elsewhere = describe(
                "are ours, but neither in " + name + " nor in one of " + DOORS.get(name),
                used -> used.getPackageName().startsWith(WORDS)
                        && !used.getPackageName().equals(name)
                        && !DOORS.get(name).contains(used.getPackageName()));

        noClasses()
                .that()
                .resideInAPackage(name)
                .should()
                .dependOnClassesThat(elsewhere)
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void knowsEveryPackage() {
        Set<String> existing = MAIN.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());

        assertThat(existing).contains(WORDS, of("json"), of("flow"), of("http")).isSubsetOf(PACKAGES);
    }

    @Test
    void formsNoCycles() {
        slices().assignedFrom(SliceAssignmentByPackage.INSTANCE)
                .should()
                .beFreeOfCycles()
                .check(MAIN);
    }

    @Test
    void keepsJacksonInTwoRooms() {
        noClasses()
                .that(DescribedPredicate.not(resideInAPackage(of("json")).or(resideInAPackage(of("config")))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
                .check(MAIN);
    }

    @Test
    void keepsDatabasesInOneRoom() {
        noClasses()
                .that(DescribedPredicate.not(resideInAPackage(of("jdbc"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(MAIN);
    }

    @Test
    void neverPrints() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(MAIN);
    }

    @Test
    void isExtendedOnlyWhereThatIsMeant() {
        classes()
                .that()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should(be(describe(
                        "final, an interface, an enum, a record or abstract",
                        type -> type.isInterface()
                                || type.isEnum()
                                || type.isRecord()
                                || type.getModifiers().contains(JavaModifier.FINAL)
                                || type.getModifiers().contains(JavaModifier.ABSTRACT))))
                .check(MAIN);
    }

    @Test
    void namesClassesByWhatTheyAre() {
        classes()
                .should()
                .haveNameNotMatching(".*(Utils?|Helper|Manager|Converter)")
                .check(MAIN);
    }

    private enum SliceAssignmentByPackage implements SliceAssignment {
        INSTANCE;

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith(WORDS)
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of ours";
        }
    }
}
