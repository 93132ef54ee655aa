/// Tests of the recording store on real disks, with crashes that are crashes and full disks that are full.
@NullMarked
package org.koegura.storageclient;

import org.jspecify.annotations.NullMarked;
