package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.koegura.rtpcapture.capture.RingBenchmark;
import org.koegura.rtpcapture.rtp.HeaderBenchmark;
import org.koegura.rtpcapture.srtp.SrtpBenchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Measures the steps of the packet path one by one (ADR 43). It is no test by its name: whoever wants numbers asks for
/// it, and the build does not.
///
/// ```
/// mvn -pl rtp-capture -am test -Dtest=BenchmarkRun -Dsurefire.failIfNoSpecifiedTests=false
/// ```
class BenchmarkRun {

    private static final int FORKS = 2;
    private static final int WARM_UPS = 2;
    private static final int MEASURED = 3;
    private static final TimeValue EACH = TimeValue.seconds(1);

    @Test
    void tellsWhatAStepCosts() throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(HeaderBenchmark.class.getName())
                        .include(FaxBenchmark.class.getName())
                        .include(RingBenchmark.class.getName())
                        .include(SrtpBenchmark.class.getName())
                        .forks(FORKS)
                        .warmupIterations(WARM_UPS)
                        .warmupTime(EACH)
                        .measurementIterations(MEASURED)
                        .measurementTime(EACH)
                        .jvmArgs("--enable-native-access=ALL-UNNAMED", "-Dio.netty.leakDetection.level=disabled")
                        .shouldFailOnError(true)
                        .build())
                .run();
        assertThat(results).isNotEmpty();
    }
}
