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

/** The packages of all library modules, and which of them each may use. */
class ArchitectureTest {
    private static final String ROOT = "dev.postern";

    /** Each package, and the packages of this project that it may use. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry(ROOT, Set.of(of("flow"))), // default stream, blocking threads, fatal errors
            Map.entry(of("json"), Set.of()),
            Map.entry(of("flow"), Set.of()),
            Map.entry(of("call"), Set.of(ROOT, of("flow"))),
            Map.entry(of("http"), Set.of(ROOT, of("call"), of("flow"))),
            Map.entry(of("wire"), Set.of(ROOT, of("json"))),
            Map.entry(of("usage"), Set.of(ROOT, of("call"), of("json"))),
            Map.entry(of("client"), Set.of(ROOT, of("call"), of("http"), of("wire"))),
            Map.entry(of("spi"), Set.of(ROOT, of("http"))),
            Map.entry(of("gateway"), Set.of(ROOT, of("call"), of("flow"))),
            Map.entry(of("schema"), Set.of(ROOT, of("flow"), of("json"))),
            Map.entry(of("agent"), Set.of(ROOT, of("call"), of("flow"), of("json"), of("schema"))),
            Map.entry(of("jdbc"), Set.of(ROOT, of("wire"), of("agent"))),
            Map.entry(
                    of("config"),
                    Set.of(
                            ROOT,
                            of("flow"), // the client that the backends share
                            of("call"),
                            of("http"),
                            of("spi"),
                            of("client"),
                            of("gateway"),
                            of("agent"),
                            of("config.names"),
                            of("config.python"))),
            Map.entry(of("config.names"), Set.of()),
            Map.entry(of("config.python"), Set.of(of("spi"), of("agent"))));

    static final Set<String> PACKAGES = new TreeSet<>(ALLOWED.keySet());

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/dev/postern/testkit/"))
            .importPackages(ROOT);

    private static String of(String name) {
        return ROOT + "." + name;
    }

    @ParameterizedTest
    @FieldSource("PACKAGES")
    void usesOnlyAllowedPackages(String name) {
        DescribedPredicate<JavaClass> elsewhere = describe(
                "belong to this project, but neither to " + name + " nor to one of " + ALLOWED.get(name),
                used -> used.getPackageName().startsWith(ROOT)
                        && !used.getPackageName().equals(name)
                        && !ALLOWED.get(name).contains(used.getPackageName()));

        noClasses()
                .that()
                .resideInAPackage(name)
                .should()
                .dependOnClassesThat(elsewhere)
                .check(MAIN);
    }

    @Test
    void listsEveryPackage() {
        Set<String> existing = MAIN.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());

        assertThat(existing).containsExactlyInAnyOrderElementsOf(PACKAGES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().assignedFrom(SliceAssignmentByPackage.INSTANCE)
                .should()
                .beFreeOfCycles()
                .check(MAIN);
    }

    @Test
    void usesJacksonInTwoPackagesOnly() {
        noClasses()
                .that(DescribedPredicate.not(resideInAPackage(of("json")).or(resideInAPackage(of("config")))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
                .check(MAIN);
    }

    @Test
    void usesDatabasesInOnePackageOnly() {
        noClasses()
                .that(DescribedPredicate.not(resideInAPackage(of("jdbc"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(MAIN);
    }

    @Test
    void nothingPrints() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(MAIN);
    }

    @Test
    void publicClassesAreNotExtensibleByAccident() {
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
    void classesHaveNoVagueNames() {
        classes()
                .should()
                .haveNameNotMatching(".*(Utils?|Helper|Manager|Converter)")
                .check(MAIN);
    }

    private enum SliceAssignmentByPackage implements SliceAssignment {
        INSTANCE;

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith(ROOT)
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of this project";
        }
    }
}
