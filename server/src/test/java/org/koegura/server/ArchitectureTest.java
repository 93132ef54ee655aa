package org.koegura.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.koegura.audio.PayloadEncoder;

/// The arrows between the rooms, as docs/ARCHITECTURE.md draws them. An arrow that is not listed here does not exist.
class ArchitectureTest {

    private static final String ROOT = "org.koegura.";

    /// Room → the rooms it may import. `server` may import all.
    private static final Map<String, List<String>> ARROWS = Map.of(
            "callmodel", List.of(),
            "audio", List.of(),
            "verifier", List.of(),
            "sipproxy", List.of("callmodel"),
            "rtpcapture", List.of("callmodel", "audio"),
            "announcement", List.of("callmodel", "audio"),
            "storageclient", List.of("callmodel", "audio"),
            "governance", List.of("callmodel"),
            "console", List.of("callmodel", "governance"));

    /// Package of `server` → those beside it that it may import.
    private static final Map<String, List<String>> IN_SERVER = Map.ofEntries(
            Map.entry("config", List.of()),
            Map.entry("demo", List.of()),
            Map.entry("log", List.of()),
            Map.entry("temporary", List.of()),
            Map.entry("rehearsal", List.of()),
            Map.entry("recovery", List.of()),
            Map.entry("scan", List.of()),
            Map.entry("policy", List.of()),
            Map.entry("bench", List.of()),
            Map.entry("bench.signalling", List.of("bench", "rehearsal", "temporary")),
            Map.entry("bench.media", List.of("bench", "rehearsal", "temporary")),
            Map.entry("bench.restart", List.of("bench", "rehearsal", "temporary")));

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("org.koegura");

    /// Rooms whose packages stand on each other, and under their root.
    private static final List<String> UNDER_THEIR_ROOT = List.of("rtpcapture", "storageclient", "verifier");

    @Test
    void everyRoomIsHere() {
        for (String room : ARROWS.keySet()) {
            assertThat(CODE.stream().filter(type -> room.equals(room(type))))
                    .as("classes of the room %s", room)
                    .isNotEmpty();
        }
    }

    @Test
    void roomsImportOnlyAlongTheDrawnArrows() {
        ARROWS.forEach((room, allowed) -> {
            String[] forbidden = ARROWS.keySet().stream()
                    .filter(other -> !other.equals(room) && !allowed.contains(other))
                    .map(other -> ROOT + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden)
                    .check(CODE);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ROOT + "server..")
                    .check(CODE);
        });
    }

    @Test
    void theSharedWordsNeedOnlyTheJdk() {
        classes()
                .that()
                .resideInAPackage(ROOT + "callmodel..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(ROOT + "callmodel..", "java..", "org.jspecify..")
                .check(CODE);
    }

    @Test
    void theSharedWordsStayFew() {
        assertThat(CODE.stream()
                        .filter(type -> type.getPackageName().equals(ROOT + "callmodel"))
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .filter(JavaClass::isTopLevelClass))
                .hasSizeLessThanOrEqualTo(30);
    }

    @Test
    void theVerifierSharesNothingButAJsonReader() {
        classes()
                .that()
                .resideInAPackage(ROOT + "verifier..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + "verifier..", "java..", "javax.crypto..", "tools.jackson..", "org.jspecify..")
                .check(CODE);
    }

    @Test
    void onlySignallingKnowsJainSipAndOnlyMediaAndSignallingKnowNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "sipproxy..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.sip..", "gov.nist..")
                .check(CODE);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "sipproxy..", ROOT + "rtpcapture..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CODE);
    }

    @Test
    void noStateIsStaticAndMutable() {
        fields().that().areStatic().should().beFinal().check(CODE);
    }

    /// Encoding takes a second: it is done once, as the room of notices is opened, and no room that is on a
    /// call's way can do it.
    @Test
    void nobodyEncodesButTheRoomOfNotices() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "audio..")
                .and()
                .doNotHaveFullyQualifiedName(ROOT + "announcement.FrameCutter")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(PayloadEncoder.class)
                .check(CODE);
    }

    /// Its root joins them all; they see neither it nor, but for the benchmarks, each other.
    @Test
    void thePackagesOfTheServerImportOnlyAlongTheDrawnArrows() {
        String server = ROOT + "server";
        List<String> inside = CODE.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(server + "."))
                .map(name -> name.substring(server.length() + 1))
                .distinct()
                .toList();
        assertThat(inside).containsExactlyInAnyOrderElementsOf(IN_SERVER.keySet());
        IN_SERVER.forEach((name, allowed) -> noClasses()
                .that()
                .resideInAPackage(server + "." + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Stream.concat(
                                Stream.of(server),
                                inside.stream()
                                        .filter(other -> !other.equals(name) && !allowed.contains(other))
                                        .map(other -> server + "." + other))
                        .toArray(String[]::new))
                .check(CODE));
    }

    @Test
    void packagesStandOnEachOtherAndUnderTheirRoot() {
        for (String room : UNDER_THEIR_ROOT) {
            slices().matching(ROOT + room + ".(*)..").should().beFreeOfCycles().check(CODE);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + room + ".*..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ROOT + room)
                    .check(CODE);
        }
    }

    /// No package has more types than one reads in an hour; the shared words have a limit of their own.
    @Test
    void aPackageIsNotTooMuchToRead() {
        Map<String, Long> types = CODE.stream()
                .filter(type -> !type.getPackageName().equals(ROOT + "callmodel"))
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(types)
                .isNotEmpty()
                .allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(25));
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .check(CODE);
    }

    @Test
    void everyPackageSaysWhatItIs() {
        List<String> silent = CODE.stream()
                .map(JavaClass::getPackageName)
                .distinct()
                .filter(name -> CODE.stream()
                        .noneMatch(type -> type.getPackageName().equals(name)
                                && type.getSimpleName().equals("package-info")))
                .toList();
        assertThat(silent).as("packages without package-info").isEmpty();
    }

    @Test
    void eachRoomShowsFewTypes() {
        for (String room : List.of("sipproxy", "rtpcapture", "announcement", "storageclient", "audio", "verifier")) {
            assertThat(CODE.stream()
                            .filter(type -> type.getPackageName().equals(ROOT + room))
                            .filter(JavaClass::isTopLevelClass)
                            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC)))
                    .as("public types of %s", room)
                    .hasSizeLessThanOrEqualTo(8);
        }
    }

    private static String room(JavaClass type) {
        String rest =
                type.getPackageName().startsWith(ROOT) ? type.getPackageName().substring(ROOT.length()) : "";
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
