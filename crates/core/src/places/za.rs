//! South Africa.

use super::{Country, Province};

/// South Africa: nine provinces, 4-digit postal codes, nine national digits.
pub(super) const ZA: Country = Country {
    code: "ZA",
    provinces: &[
        Province {
            name: "Eastern Cape",
            code: "EC",
            spellings: &["e cape", "oos kaap"],
            bounds: (-3450, 2250, -2975, 3050),
        },
        Province {
            name: "Free State",
            code: "FS",
            spellings: &["freestate", "vrystaat", "orange free state", "ofs"],
            bounds: (-3100, 2400, -2640, 3000),
        },
        Province {
            name: "Gauteng",
            code: "GP",
            spellings: &["gt", "gau", "guateng", "pwv"],
            bounds: (-2715, 2685, -2490, 2935),
        },
        Province {
            name: "KwaZulu-Natal",
            code: "KZN",
            spellings: &["kzn", "kwazulunatal", "kwa zulu natal", "nl", "natal"],
            bounds: (-3135, 2860, -2660, 3310),
        },
        Province {
            name: "Limpopo",
            code: "LP",
            spellings: &["lim", "northern province", "limpopo province"],
            bounds: (-2560, 2620, -2190, 3215),
        },
        Province {
            name: "Mpumalanga",
            code: "MP",
            spellings: &["mpu", "eastern transvaal"],
            bounds: (-2770, 2815, -2425, 3230),
        },
        Province {
            name: "North West",
            code: "NW",
            spellings: &["northwest", "north west province", "noordwes"],
            bounds: (-2835, 2235, -2440, 2855),
        },
        Province {
            name: "Northern Cape",
            code: "NC",
            spellings: &["n cape", "noord kaap"],
            bounds: (-3330, 1620, -2440, 2580),
        },
        Province {
            name: "Western Cape",
            code: "WC",
            spellings: &["w cape", "wes kaap", "cape"],
            bounds: (-3510, 1750, -3020, 2445),
        },
    ],
    postal_digits: 4,
    postal_codes_begin_with_zero: true,
    dial_prefix: "27",
    national_digits: 9,
    bounds: (-3510, 1600, -2190, 3320),
    postal_areas: &[
        (1, 199, &["GP"]),
        (200, 299, &["NW", "GP"]),
        (300, 399, &["NW"]),
        (500, 999, &["LP"]),
        (1000, 1099, &["MP", "GP"]),
        (1100, 1399, &["MP", "LP"]),
        (1400, 1899, &["GP"]),
        (1900, 1999, &["GP", "FS"]),
        (2000, 2199, &["GP"]),
        (2200, 2499, &["MP"]),
        (2500, 2899, &["NW", "GP"]),
        (2900, 4699, &["KZN"]),
        (4700, 4730, &["KZN", "EC"]),
        (4731, 6499, &["EC"]),
        (6500, 8099, &["WC"]),
        (8300, 8399, &["NC"]),
        (9300, 9999, &["FS"]),
    ],
};
