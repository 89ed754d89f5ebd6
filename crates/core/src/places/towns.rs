//! Larger towns, typed in as facts: what a map names, and where the demo's customers are.

/// Town, province or state, postal code, latitude and longitude in ten-thousandths of a degree.
pub type Town = (&'static str, &'static str, &'static str, i32, i32);

/// South African towns.
pub const ZA_TOWNS: &[Town] = &[
    ("Johannesburg", "Gauteng", "2001", -262041, 280473),
    ("Sandton", "Gauteng", "2196", -261076, 280567),
    ("Pretoria", "Gauteng", "0002", -257479, 282293),
    ("Centurion", "Gauteng", "0157", -258603, 281894),
    ("Midrand", "Gauteng", "1685", -259992, 281263),
    ("Soweto", "Gauteng", "1804", -262485, 278540),
    ("Benoni", "Gauteng", "1501", -261885, 283207),
    ("Kempton Park", "Gauteng", "1619", -261000, 282333),
    ("Vanderbijlpark", "Gauteng", "1911", -267117, 278378),
    ("Cape Town", "Western Cape", "8001", -339249, 184241),
    ("Bellville", "Western Cape", "7530", -339000, 186333),
    ("Stellenbosch", "Western Cape", "7600", -339321, 188602),
    ("Paarl", "Western Cape", "7646", -337342, 189621),
    ("George", "Western Cape", "6529", -339630, 224617),
    ("Worcester", "Western Cape", "6850", -336465, 194485),
    ("Durban", "KwaZulu-Natal", "4001", -298587, 310218),
    ("Umhlanga", "KwaZulu-Natal", "4320", -297280, 310850),
    ("Pietermaritzburg", "KwaZulu-Natal", "3201", -296006, 303794),
    ("Newcastle", "KwaZulu-Natal", "2940", -277580, 299318),
    ("Richards Bay", "KwaZulu-Natal", "3900", -287807, 320383),
    ("Gqeberha", "Eastern Cape", "6001", -339608, 256022),
    ("East London", "Eastern Cape", "5201", -330153, 279116),
    ("Mthatha", "Eastern Cape", "5099", -315889, 287844),
    ("Makhanda", "Eastern Cape", "6139", -333042, 265328),
    ("Bloemfontein", "Free State", "9301", -291181, 262231),
    ("Welkom", "Free State", "9459", -279770, 267350),
    ("Polokwane", "Limpopo", "0699", -239045, 294689),
    ("Tzaneen", "Limpopo", "0850", -238332, 301635),
    ("Mbombela", "Mpumalanga", "1200", -254745, 309694),
    ("Emalahleni", "Mpumalanga", "1035", -258713, 292332),
    ("Rustenburg", "North West", "0299", -256672, 272424),
    ("Mahikeng", "North West", "2745", -258560, 256403),
    ("Kimberley", "Northern Cape", "8301", -287282, 247499),
    ("Upington", "Northern Cape", "8801", -284478, 212561),
];

/// Indian towns.
pub const IN_TOWNS: &[Town] = &[
    ("Mumbai", "Maharashtra", "400001", 189388, 728354),
    ("Pune", "Maharashtra", "411001", 185204, 738567),
    ("Nagpur", "Maharashtra", "440001", 211458, 790882),
    ("Nashik", "Maharashtra", "422001", 199975, 737898),
    ("Bengaluru", "Karnataka", "560001", 129716, 775946),
    ("Mysuru", "Karnataka", "570001", 122958, 766394),
    ("Chennai", "Tamil Nadu", "600001", 130827, 802707),
    ("Coimbatore", "Tamil Nadu", "641001", 110168, 769558),
    ("Hyderabad", "Telangana", "500001", 173850, 784867),
    ("Ahmedabad", "Gujarat", "380001", 230225, 725714),
    ("Surat", "Gujarat", "395003", 211702, 728311),
    ("New Delhi", "Delhi", "110001", 286139, 772090),
    ("Kolkata", "West Bengal", "700001", 225726, 883639),
    ("Jaipur", "Rajasthan", "302001", 269124, 757873),
];
