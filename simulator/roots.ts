/** A root certificate as CAPI2's events name it. */
export interface Root {
  /** Most specific part first, as CAPI2 prints it. */
  readonly subject: string;
  /** SHA-1, 40 upper-case hex digits. */
  readonly thumbprint: string;
}

/** Roots for which servers present another, cross-signed chain on purpose: their return changes the chain that peers are sent. */
export const CROSS_SIGNED: readonly Root[] = [
  root(
    `OU=Go Daddy Class 2 Certification Authority, O="The Go Daddy Group, Inc.", C=US`,
    "2796BAE63F1801E277261BA0D77770028F20EEE4",
  ),
  root(
    "CN=Entrust.net Certification Authority (2048), OU=(c) 1999 Entrust.net Limited, OU=www.entrust.net/CPS_2048 incorp. by ref. (limits liab.), O=Entrust.net",
    "503006091D97D4F5AE39F7CBE7927D7D652D3431",
  ),
  root(
    `CN=VeriSign Class 3 Public Primary Certification Authority - G5, OU="(c) 2006 VeriSign, Inc. - For authorized use only", OU=VeriSign Trust Network, O="VeriSign, Inc.", C=US`,
    "4EB6D578499B1CCF5F581EAD56BE3D9B6744A5E5",
  ),
  root(
    `OU=Starfield Class 2 Certification Authority, O="Starfield Technologies, Inc.", C=US`,
    "AD7E1C28B064EF8F6003402014C3D0E3370EB58A",
  ),
  digiCert("High Assurance EV Root CA", "5FB7EE0633E259DBAD0C4C9AE6D38F1A61C7DC25"),
  root("CN=ISRG Root X1, O=Internet Security Research Group, C=US", "CABD2A79A1076A31F21D253635CB039D4329A5E8"),
  root(
    `CN=Entrust Root Certification Authority, OU="(c) 2006 Entrust, Inc.", OU=www.entrust.net/CPS is incorporated by reference, O="Entrust, Inc.", C=US`,
    "B31EB1B740E36C8402DADC37D44DF5D4674952F9",
  ),
];

/** Roots whose return changes nothing that a server presents. */
export const ORDINARY_ROOTS: readonly Root[] = [
  root(
    `CN=Go Daddy Root Certificate Authority - G2, O="GoDaddy.com, Inc.", L=Scottsdale, S=Arizona, C=US`,
    "47BEABC922EAE80E78783462A79F45C254FDE68B",
  ),
  starfield("Root Certificate Authority - G2", "B51C067CEE2B0C3DF855AB2D92F4FE39D4E70F0E"),
  starfield("Services Root Certificate Authority - G2", "925A8F8D2C6D04E0665F596AFF22D863E8256F3F"),
  digiCert("Global Root CA", "A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436"),
  digiCert("Global Root G2", "DF3C24F9BFD666761B268073FE06D1CC8D4F82A4"),
  digiCert("Global Root G3", "7E04DE896A3E666D00E687D33FFAD93BE83D349E"),
  digiCert("Assured ID Root CA", "0563B8630D62D75ABBC8AB1E4BDFB5A899B24D43"),
  digiCert("Assured ID Root G2", "A14B48D943EE0A0E40904F3CE0A4C09193515D3F"),
  digiCert("Trusted Root G4", "DDFB16CD4931C973A2037D3FC83A4D7D775D05E4"),
  root(`CN=DigiCert TLS RSA4096 Root G5, O="DigiCert, Inc.", C=US`, "A78849DC5D7C758C8CDE399856B3AAD0B2A57135"),
  root(
    `CN=Entrust Root Certification Authority - G2, OU="(c) 2009 Entrust, Inc. - for authorized use only", OU=See www.entrust.net/legal-terms, O="Entrust, Inc.", C=US`,
    "8CF427FD790C3AD166068DE81E57EFBB932272D4",
  ),
  root(
    `CN=Entrust Root Certification Authority - EC1, OU="(c) 2012 Entrust, Inc. - for authorized use only", OU=See www.entrust.net/legal-terms, O="Entrust, Inc.", C=US`,
    "20D80640DF9B25F512253A11EAF7598AEB14B547",
  ),
  root(
    `CN=Entrust Root Certification Authority - G4, OU="(c) 2015 Entrust, Inc. - for authorized use only", OU=See www.entrust.net/legal-terms, O="Entrust, Inc.", C=US`,
    "14884E862637B026AF59625C4077EC3529BA9601",
  ),
  root("CN=AffirmTrust Commercial, O=AffirmTrust, C=US", "F9B5B632455F9CBEEC575F80DCE96E2CC7B278B7"),
  root("CN=AffirmTrust Networking, O=AffirmTrust, C=US", "293621028B20ED02F566C532D1D6ED909F45002F"),
  root("CN=AffirmTrust Premium, O=AffirmTrust, C=US", "D8A6332CE0036FB185F6634F7D6A066526322827"),
  root("CN=AffirmTrust Premium ECC, O=AffirmTrust, C=US", "B8236B002F1D16865301556C11A437CAEBFFC3BB"),
  root("CN=GlobalSign Root CA, OU=Root CA, O=GlobalSign nv-sa, C=BE", "B1BC968BD4F49D622AA89A81F2150152A41D829C"),
  root("CN=GeoTrust Global CA, O=GeoTrust Inc., C=US", "DE28F4A4FFE5B92FA3C503D1A349A7F9962A8212"),
  root(
    "CN=Microsoft RSA Root Certificate Authority 2017, O=Microsoft Corporation, C=US",
    "73A5E64A3BFF8316FF0EDCCC618A906E4EAE4D74",
  ),
  root("CN=DST Root CA X3, O=Digital Signature Trust Co.", "DAC9024F54D8F6DF94935FB1732638CA6AD77C13"),
];

/** Public roots that Windows fetches on demand on any host. */
export const PUBLIC_ROOTS: readonly Root[] = [...CROSS_SIGNED, ...ORDINARY_ROOTS];

/** Roots that Microsoft's program has retired: they are changed or deleted on hosts that still hold them, and never come back. */
export const RETIRED_ROOTS: readonly Root[] = [
  root("CN=Baltimore CyberTrust Root, OU=CyberTrust, O=Baltimore, C=IE", "D4DE20D05E66FC53FE1A50882C78DB2852CAE474"),
  root(
    `CN=GTE CyberTrust Global Root, OU="GTE CyberTrust Solutions, Inc.", O=GTE Corporation, C=US`,
    "97817950D81C9670CC34D809CF794431367EF474",
  ),
  root(
    `OU=Class 3 Public Primary Certification Authority, O="VeriSign, Inc.", C=US`,
    "4F65566336DB6598581D584A596C87934D5F2AB4",
  ),
  root("OU=Equifax Secure Certificate Authority, O=Equifax, C=US", "D23209AD23D314232174E40D7F9D62139786633A"),
];

/** The common name, or the unit where a root has none. */
export function shortName({ subject }: Root): string {
  return /^(?:CN|OU)=([^,]+)/.exec(subject)?.[1] ?? subject;
}

function root(subject: string, thumbprint: string): Root {
  return { subject, thumbprint };
}

function digiCert(name: string, thumbprint: string): Root {
  return root(`CN=DigiCert ${name}, OU=www.digicert.com, O=DigiCert Inc, C=US`, thumbprint);
}

function starfield(name: string, thumbprint: string): Root {
  return root(`CN=Starfield ${name}, O="Starfield Technologies, Inc.", L=Scottsdale, S=Arizona, C=US`, thumbprint);
}
