package org.koegura.server;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.List;

/// Makes the one registry of all rooms, and joins to it what the process and its JVM say of themselves.
final class Metrics {

    /// Names of Micrometer's own that break Prometheus' rules for names; other meters say the same.
    private static final List<String> AGAINST_THE_RULES = List.of("process.cpu.time", "system.cpu.count");

    private Metrics() {}

    static PrometheusMeterRegistry open(Closings opened) {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        opened.add(metrics::close);
        metrics.config().meterFilter(MeterFilter.deny(meter -> AGAINST_THE_RULES.contains(meter.getName())));
        return metrics;
    }

    /// Later, for it takes a while: nobody reads it before the console is open.
    static void ofProcess(PrometheusMeterRegistry metrics, Closings opened) {
        new ClassLoaderMetrics().bindTo(metrics);
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        new UptimeMetrics().bindTo(metrics);
        new FileDescriptorMetrics().bindTo(metrics);
        opened.add(new JvmGcMetrics()).bindTo(metrics);
        allocated(metrics);
        DataLog.countIn(metrics);
        Build build = Build.read();
        Gauge.builder("koegura.build.info", () -> 1)
                .description("Always 1.")
                .tags("version", build.version(), "revision", build.revision())
                .register(metrics);
    }

    /// Counted by the virtual machine for each thread, those that ended too: other than what collectors tell, it is
    /// exact at any moment, and the same whichever collector runs.
    private static void allocated(PrometheusMeterRegistry metrics) {
        if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                && threads.isThreadAllocatedMemorySupported()) {
            FunctionCounter.builder("koegura.allocated", threads, ThreadMXBean::getTotalThreadAllocatedBytes)
                    .baseUnit("bytes")
                    .description("Bytes given to objects since the start.")
                    .register(metrics);
        }
    }
}
