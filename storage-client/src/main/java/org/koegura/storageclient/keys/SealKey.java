package org.koegura.storageclient.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;

/// The Ed25519 key pair that signs manifests, kept as PEM (PKCS#8 and SubjectPublicKeyInfo).
public final class SealKey {

    private static final String ALGORITHM = "Ed25519";
    private static final int PEM_BYTES_MAX = 4096;
    private static final byte[] PROBE = "koegura-seal-probe".getBytes(US_ASCII);

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private SealKey(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /// Opens the pair; makes it where neither file exists.
    ///
    /// @throws StoreFault.Missing one of the two is gone
    /// @throws StoreFault.Damaged they are no pair, unreadable, or others may read the private one
    public static SealKey open(Layout layout, Medium medium, SecureRandom random) throws StoreFault {
        if (!Files.exists(layout.sealKey()) && !Files.exists(layout.sealPublicKey())) {
            make(layout, medium, random);
        }
        byte[] secret = decode(layout.sealKey(), medium.readPrivate(layout.sealKey(), PEM_BYTES_MAX));
        try {
            byte[] open = decode(layout.sealPublicKey(), Files.readAllBytes(layout.sealPublicKey()));
            KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
            SealKey pair = new SealKey(
                    factory.generatePrivate(new PKCS8EncodedKeySpec(secret)),
                    factory.generatePublic(new X509EncodedKeySpec(open)));
            if (pair.verifies(PROBE, pair.sign(PROBE))) {
                return pair;
            }
            throw damaged(layout.sealKey());
        } catch (IOException e) {
            throw medium.fault("read", layout.sealPublicKey(), e);
        } catch (GeneralSecurityException noKey) {
            throw damaged(layout.sealKey());
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static void make(Layout layout, Medium medium, SecureRandom random) throws StoreFault {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(NamedParameterSpec.ED25519, random);
            KeyPair pair = generator.generateKeyPair();
            // The public one last: a crash in between leaves a private key alone, which has signed nothing yet.
            Medium.writePrivate(
                    layout.sealKey(),
                    pem("PRIVATE KEY", pair.getPrivate().getEncoded()).getBytes(US_ASCII));
            Medium.write(
                    layout.sealPublicKey(),
                    pem("PUBLIC KEY", pair.getPublic().getEncoded()).getBytes(US_ASCII));
        } catch (IOException e) {
            throw medium.fault("make the seal's key", layout.sealKey(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks Ed25519", e);
        }
    }

    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot sign with Ed25519", e);
        }
    }

    public boolean verifies(byte[] message, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(publicKey);
            signature.update(message);
            return signature.verify(signed);
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot verify Ed25519", e);
        }
    }

    /// The public key as manifests state it: SubjectPublicKeyInfo, base64.
    public String publicKeyBase64() {
        return Base64.getEncoder().encodeToString(publicKey.getEncoded());
    }

    private static String pem(String label, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static byte[] decode(Path file, byte[] pem) throws StoreFault.Damaged {
        StringBuilder body = new StringBuilder();
        new String(pem, US_ASCII)
                .lines()
                .filter(line -> !line.startsWith("-----"))
                .forEach(body::append);
        try {
            return Base64.getDecoder().decode(body.toString());
        } catch (IllegalArgumentException notBase64) {
            throw damaged(file);
        }
    }

    private static StoreFault.Damaged damaged(Path file) {
        return new StoreFault.Damaged(
                file + " and its public half are no Ed25519 pair: restore both from their backup");
    }
}
