package dev.postern.testkit.project;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The dependencies that the classes of a provider may have, and that they are final. */
public abstract class ArchitectureContract {
    /** The packages that each provider may use, besides its own. */
    private static final List<String> COMMON = List.of(
            "dev.postern",
            "dev.postern.call",
            "dev.postern.http",
            "dev.postern.json",
            "dev.postern.spi",
            "java..",
            "org.jspecify.annotations");

    /** The classes of the provider, without its tests. */
    protected final JavaClasses provider;

    private final DescribedPredicate<JavaClass> excepted;
    private final DescribedPredicate<JavaClass> withoutTransport;
    private final String withoutTransportPattern;
    private final String[] allowed;

    /**
     * The rules of a provider.
     *
     * @param packageName its only package
     * @param excepted the simple names of classes that may use any package
     * @param withoutTransport patterns, separated by {@code |}, of the simple names of classes that must not use the
     *     package of the transport
     * @param more other packages that the provider may use
     */
    protected ArchitectureContract(String packageName, Set<String> excepted, String withoutTransport, String... more) {
        this.excepted = describe("are one of " + excepted, type -> excepted.contains(type.getSimpleName()));
        this.withoutTransport = named(withoutTransport);
        this.withoutTransportPattern = withoutTransport;
        provider = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(packageName);
        List<String> packages = new ArrayList<>(COMMON);
        packages.add(packageName);
        packages.addAll(List.of(more));
        allowed = packages.toArray(String[]::new);
    }

    /** Classes whose simple name matches. */
    protected static DescribedPredicate<JavaClass> named(String pattern) {
        return describe(
                "have a simple name that matches " + pattern,
                type -> type.getSimpleName().matches(pattern));
    }

    @Test
    void usesOnlyTheJdkAndExportedPackagesOfCore() {
        classes()
                .that(not(excepted))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed))
                .check(provider);
    }

    @Test
    void writersAndReadersDoNotUseTheTransport() {
        noClasses()
                .that(withoutTransport)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.postern.http"))
                .check(provider);
    }

    /** Otherwise a class that was renamed or split could leave the rule without notice. */
    @Test
    void eachPatternOfWritersAndReadersMatchesAClass() {
        for (String pattern : withoutTransportPattern.split("\\|")) {
            assertThat(provider).as(pattern).anyMatch(named(pattern));
        }
    }

    @Test
    void everyClassIsFinal() {
        classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(provider);
    }
}
